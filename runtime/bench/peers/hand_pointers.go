package peers

import (
	"sync"

	noex "github.com/noexgen/noexgen/runtime"
)

// handPointers is the store by hand with the other kind of index maps: of
// pointers to the records, which spares a look-up for each result.
type handPointers struct {
	mu    sync.RWMutex
	users map[string]*User
	email map[string]*User
	role  map[Role]map[*User]struct{}
	city  map[string]map[*User]struct{}

	accounts map[string]*Account
}

func openHandPointers() (Peer, error) {
	return &handPointers{
		users: map[string]*User{},
		email: map[string]*User{},
		role:  map[Role]map[*User]struct{}{},
		city:  map[string]map[*User]struct{}{},

		accounts: map[string]*Account{},
	}, nil
}

func (h *handPointers) Insert(in Input) (string, error) {
	u, err := newUser(&in)
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.email[u.Email] != nil {
		return "", ErrDuplicate
	}
	h.add(u)
	return u.ID, nil
}

func (h *handPointers) InsertMany(ins []Input) ([]string, error) {
	users, err := newUsers(ins)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := make([]string, len(users))
	for i, u := range users {
		if h.email[u.Email] != nil {
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

func (h *handPointers) add(u *User) {
	h.users[u.ID] = u
	h.email[u.Email] = u
	insertRef(h.role, u.Role, u)
	insertRef(h.city, u.City, u)
}

func (h *handPointers) remove(u *User) {
	delete(h.users, u.ID)
	delete(h.email, u.Email)
	removeRef(h.role, u.Role, u)
	removeRef(h.city, u.City, u)
}

// insertRef adds what refers to a record to an index.
func insertRef[V, Ref comparable](index map[V]map[Ref]struct{}, v V, ref Ref) {
	refs := index[v]
	if refs == nil {
		refs = map[Ref]struct{}{}
		index[v] = refs
	}
	refs[ref] = struct{}{}
}

func removeRef[V, Ref comparable](index map[V]map[Ref]struct{}, v V, ref Ref) {
	refs := index[v]
	delete(refs, ref)
	if len(refs) == 0 {
		delete(index, v)
	}
}

func (h *handPointers) Get(id string) (User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if u := h.users[id]; u != nil {
		return *u, true
	}
	return User{}, false
}

func (h *handPointers) ByEmail(email string) (User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if u := h.email[email]; u != nil {
		return *u, true
	}
	return User{}, false
}

func (h *handPointers) AgeOf(id string) (int64, bool) {
	u, ok := h.Get(id)
	return u.Age, ok
}

func (h *handPointers) AgeByEmail(email string) (int64, bool) {
	u, ok := h.ByEmail(email)
	return u.Age, ok
}

func (h *handPointers) ByCity(city string) []User {
	h.mu.RLock()
	defer h.mu.RUnlock()
	users := h.city[city]
	list := make([]User, 0, len(users))
	for u := range users {
		list = append(list, *u)
	}
	return list
}

func (h *handPointers) SumAges(city string) int64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var sum int64
	for u := range h.city[city] {
		sum += u.Age
	}
	return sum
}

func (h *handPointers) CountRole(role Role) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.role[role])
}

func (h *handPointers) CountAge(age int64) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return countAge(h.users, age)
}

func (h *handPointers) SetAge(id string, age int64) error {
	return h.update(id, func(u *User) { u.Age = age })
}

func (h *handPointers) SetRole(id string, role Role) error {
	return h.update(id, func(u *User) { u.Role = role })
}

func (h *handPointers) update(id string, edit func(*User)) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.change(id, edit)
}

// change is update with the lock held.
func (h *handPointers) change(id string, edit func(*User)) error {
	u := h.users[id]
	if u == nil {
		return ErrNotFound
	}
	old := *u
	edit(u)
	u.Version++
	u.UpdatedAt = noex.Millis(now())
	err := validate(u)
	if u.Email != old.Email && h.email[u.Email] != nil {
		err = ErrDuplicate
	}
	if err != nil {
		*u = old
		return err
	}
	if u.Email != old.Email {
		delete(h.email, old.Email)
		h.email[u.Email] = u
	}
	if u.Role != old.Role {
		removeRef(h.role, old.Role, u)
		insertRef(h.role, u.Role, u)
	}
	if u.City != old.City {
		removeRef(h.city, old.City, u)
		insertRef(h.city, u.City, u)
	}
	return nil
}

func (h *handPointers) Delete(id string) error {
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
func (h *handPointers) OpenAccounts(owners []string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, owner := range owners {
		h.accounts[owner] = &Account{Owner: owner}
	}
	return nil
}

// Pay changes a record of each map.
func (h *handPointers) Pay(owner string, amount int64) error {
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

func (h *handPointers) Len() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.users)
}

func (h *handPointers) Close() error { return nil }
