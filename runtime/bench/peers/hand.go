package peers

import (
	"sync"

	noex "github.com/noexgen/noexgen/runtime"
)

// hand is what a competent programmer writes for this definition: a lock, a
// map of the records, and an index map of keys for each thing looked up.
type hand struct {
	mu    sync.RWMutex
	users map[string]*User
	email map[string]string
	role  map[Role]map[string]struct{}
	city  map[string]map[string]struct{}
	score *ranking

	accounts map[string]*Account
}

func openHand() (Peer, error) { return newHand(nil), nil }

func openHandRanked() (Ranked, error) { return newHand(newRanking()), nil }

func newHand(score *ranking) *hand {
	return &hand{
		users: map[string]*User{},
		email: map[string]string{},
		role:  map[Role]map[string]struct{}{},
		city:  map[string]map[string]struct{}{},
		score: score,

		accounts: map[string]*Account{},
	}
}

func (h *hand) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, taken := h.email[u.Email]; taken {
		return "", ErrDuplicate
	}
	h.add(u)
	return u.ID, nil
}

func (h *hand) InsertMany(ins []Input) ([]string, error) {
	users, err := newUsers(ins)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := make([]string, len(users))
	for i, u := range users {
		if _, taken := h.email[u.Email]; taken {
			for _, added := range users[:i] {
				h.remove(added)
			}
			return nil, ErrDuplicate
		}
		h.add(u)
		ids[i] = u.ID
	}
	return ids, nil
}

func (h *hand) add(u *User) {
	h.users[u.ID] = u
	h.email[u.Email] = u.ID
	insertRef(h.role, u.Role, u.ID)
	insertRef(h.city, u.City, u.ID)
	h.score.add(u)
}

func (h *hand) remove(u *User) {
	delete(h.users, u.ID)
	delete(h.email, u.Email)
	removeRef(h.role, u.Role, u.ID)
	removeRef(h.city, u.City, u.ID)
	h.score.remove(u)
}

func (h *hand) Get(id string) (User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if u := h.users[id]; u != nil {
		return *u, true
	}
	return User{}, false
}

func (h *hand) ByEmail(email string) (User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if id, ok := h.email[email]; ok {
		return *h.users[id], true
	}
	return User{}, false
}

func (h *hand) AgeOf(id string) (int64, bool) {
	u, ok := h.Get(id)
	return u.Age, ok
}

func (h *hand) AgeByEmail(email string) (int64, bool) {
	u, ok := h.ByEmail(email)
	return u.Age, ok
}

func (h *hand) ByCity(city string) []User {
	h.mu.RLock()
	defer h.mu.RUnlock()
	keys := h.city[city]
	list := make([]User, 0, len(keys))
	for id := range keys {
		list = append(list, *h.users[id])
	}
	return list
}

func (h *hand) SumAges(city string) int64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var sum int64
	for id := range h.city[city] {
		sum += h.users[id].Age
	}
	return sum
}

func (h *hand) CountRole(role Role) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.role[role])
}

func (h *hand) CountAge(age int64) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return countAge(h.users, age)
}

func (h *hand) SetAge(id string, age int64) error {
	return h.update(id, func(u *User) { u.Age = age })
}

func (h *hand) SetRole(id string, role Role) error {
	return h.update(id, func(u *User) { u.Role = role })
}

func (h *hand) update(id string, edit func(*User)) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.change(id, edit)
}

// change is update with the lock held.
func (h *hand) change(id string, edit func(*User)) error {
	u := h.users[id]
	if u == nil {
		return ErrNotFound
	}
	old := *u
	edit(u)
	u.Version++
	u.UpdatedAt = noex.Millis(now())
	err := validate(u)
	if u.Email != old.Email && err == nil {
		if _, taken := h.email[u.Email]; taken {
			err = ErrDuplicate
		}
	}
	if err != nil {
		*u = old
		return err
	}
	h.reindex(u, &old)
	return nil
}

func (h *hand) reindex(u, old *User) {
	if u.Email != old.Email {
		delete(h.email, old.Email)
		h.email[u.Email] = u.ID
	}
	if u.Role != old.Role {
		removeRef(h.role, old.Role, u.ID)
		insertRef(h.role, u.Role, u.ID)
	}
	if u.City != old.City {
		removeRef(h.city, old.City, u.ID)
		insertRef(h.city, u.City, u.ID)
	}
	if u.Score != old.Score {
		h.score.remove(old)
		h.score.add(u)
	}
}

func (h *hand) Delete(id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	u := h.users[id]
	if u == nil {
		return ErrNotFound
	}
	h.remove(u)
	return nil
}

// OpenAccounts inserts into the second map.
func (h *hand) OpenAccounts(owners []string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, owner := range owners {
		h.accounts[owner] = &Account{Owner: owner}
	}
	return nil
}

// Pay changes a record of each map.
func (h *hand) Pay(owner string, amount int64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := h.accounts[owner]
	if a == nil {
		return ErrNotFound
	}
	if err := h.change(owner, func(u *User) { u.Score += amount }); err != nil {
		return err
	}
	a.Balance += amount
	a.Version++
	a.UpdatedAt = noex.Millis(now())
	return nil
}

// Range walks the ranking.
func (h *hand) Range(from, to int64) (int, int64) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return summed(h.score.between(from, to))
}

// Top walks it backwards.
func (h *hand) Top(n int) (int, int64) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return summed(h.score.top(n))
}

func (h *hand) Len() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.users)
}

func (h *hand) Close() error { return nil }
