package noex_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/noexgen/noexgen/example/userapp/store"
	noex "github.com/noexgen/noexgen/runtime"
)

// The benchmarks compare the generated store with what a competent programmer
// writes by hand for the same definition, in one process:
//
//	go test ./runtime -run '^$' -bench Core -count 5

var benchSizes = []int{10_000, 100_000, 1_000_000}

// userStore is what the benchmarks ask of a store.
type userStore interface {
	insert(id, name, email string, role store.UserRole) bool
	get(id string) (store.User, bool)
	byEmail(email string) (store.User, bool)
	byRole(role store.UserRole) int
	rename(id, name string) bool
	setRole(id string, role store.UserRole) bool
	delete(id string) bool
	scan(name string) int
}

// generated is the store that noexgen makes.
type generated struct{ *store.Store }

func newGenerated(b testing.TB) userStore {
	s, err := store.Open(context.Background(), noex.Config{TTLCheckInterval: -1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return generated{s}
}

func (g generated) insert(id, name, email string, role store.UserRole) bool {
	_, err := g.Users.Insert(store.UserInput{ID: noex.Some(id), Name: name, Email: email, Role: noex.Some(role)})
	return err == nil
}
func (g generated) get(id string) (store.User, bool)        { return g.Users.Get(id) }
func (g generated) byEmail(email string) (store.User, bool) { return g.Users.ByEmail(email) }
func (g generated) byRole(role store.UserRole) int          { return len(g.Users.ByRole(role)) }
func (g generated) rename(id, name string) bool {
	_, err := g.Users.Update(id, store.UserPatch{Name: noex.Some(name)})
	return err == nil
}
func (g generated) setRole(id string, role store.UserRole) bool {
	_, err := g.Users.Update(id, store.UserPatch{Role: noex.Some(role)})
	return err == nil
}
func (g generated) delete(id string) bool { ok, err := g.Users.Delete(id); return ok && err == nil }
func (g generated) scan(name string) int {
	return g.Users.Where(store.UserFields.Name.Eq(name)).Count()
}

// byHand is a mutex, maps, and the validation that the definition asks for.
type byHand struct {
	mu     sync.RWMutex
	users  map[string]*store.User
	emails map[string]string
	roles  map[store.UserRole]map[string]struct{}
	now    noex.Millis
}

func newByHand(testing.TB) userStore {
	return &byHand{
		users: map[string]*store.User{}, emails: map[string]string{}, roles: map[store.UserRole]map[string]struct{}{},
	}
}

func validUser(u *store.User) bool {
	return u.ID != "" && u.Name != "" && u.Email != "" && strings.Contains(u.Email, "@") && u.Role.Valid()
}

func (h *byHand) insert(id, name, email string, role store.UserRole) bool {
	u := &store.User{ID: id, Name: name, Email: email, Role: role}
	u.Version, u.CreatedAt, u.UpdatedAt = 1, h.now, h.now
	if !validUser(u) {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.users[id]; ok {
		return false
	}
	if _, ok := h.emails[email]; ok {
		return false
	}
	h.users[id] = u
	h.emails[email] = id
	h.addRole(role, id)
	return true
}

func (h *byHand) addRole(role store.UserRole, id string) {
	if h.roles[role] == nil {
		h.roles[role] = map[string]struct{}{}
	}
	h.roles[role][id] = struct{}{}
}

func (h *byHand) get(id string) (store.User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if u, ok := h.users[id]; ok {
		return *u, true
	}
	return store.User{}, false
}

func (h *byHand) byEmail(email string) (store.User, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if id, ok := h.emails[email]; ok {
		return *h.users[id], true
	}
	return store.User{}, false
}

func (h *byHand) byRole(role store.UserRole) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]store.User, 0, len(h.roles[role]))
	for id := range h.roles[role] {
		out = append(out, *h.users[id])
	}
	return len(out)
}

func (h *byHand) change(id string, edit func(*store.User)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	u, ok := h.users[id]
	if !ok {
		return false
	}
	next := *u
	edit(&next)
	next.Version++
	if !validUser(&next) {
		return false
	}
	if next.Role != u.Role {
		delete(h.roles[u.Role], id)
		h.addRole(next.Role, id)
	}
	*u = next
	return true
}

func (h *byHand) rename(id, name string) bool {
	return h.change(id, func(u *store.User) { u.Name = name })
}

func (h *byHand) setRole(id string, role store.UserRole) bool {
	return h.change(id, func(u *store.User) { u.Role = role })
}

func (h *byHand) delete(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	u, ok := h.users[id]
	if !ok {
		return false
	}
	delete(h.users, id)
	delete(h.emails, u.Email)
	delete(h.roles[u.Role], id)
	return true
}

func (h *byHand) scan(name string) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for _, u := range h.users {
		if u.Name == name {
			n++
		}
	}
	return n
}

// benchUser is the data of one record. Look-ups use copies of its strings, as
// a program would have them, in random order.
type benchUser struct {
	id, name, email string
	role            store.UserRole
}

func benchUsers(n int) []benchUser {
	rnd := rand.New(rand.NewPCG(1, 2))
	users := make([]benchUser, n)
	for i := range users {
		users[i] = benchUser{
			id:    fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", rnd.Uint32(), rnd.Uint32N(1<<16), rnd.Uint32N(1<<12), rnd.Uint32N(1<<12), i),
			name:  fmt.Sprintf("User %d", i%1000),
			email: fmt.Sprintf("user%d@example.com", i),
			role:  store.UserRoleUser,
		}
		if i%1000 == 0 {
			users[i].role = store.UserRoleAdmin
		}
	}
	return users
}

func shuffled(users []benchUser) []benchUser {
	users = slices.Clone(users)
	for i := range users {
		users[i].id, users[i].email = strings.Clone(users[i].id), strings.Clone(users[i].email)
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(users), func(i, j int) { users[i], users[j] = users[j], users[i] })
	return users
}

func BenchmarkCore(b *testing.B) {
	kinds := []struct {
		name string
		make func(testing.TB) userStore
	}{{"generated", newGenerated}, {"byhand", newByHand}}
	for _, size := range benchSizes {
		users := benchUsers(size)
		random := shuffled(users)
		for _, kind := range kinds {
			b.Run(fmt.Sprintf("insert/%d/%s", size, kind.name), func(b *testing.B) {
				b.ReportAllocs()
				s := kind.make(b)
				for i := 0; b.Loop(); i++ {
					if i%size == 0 && i > 0 {
						b.StopTimer()
						s = kind.make(b)
						b.StartTimer()
					}
					u := &users[i%size]
					if !s.insert(u.id, u.name, u.email, u.role) {
						b.Fatal("insert failed")
					}
				}
			})
		}
		for _, kind := range kinds {
			s := kind.make(b)
			for _, u := range users {
				s.insert(u.id, u.name, u.email, u.role)
			}
			run := func(op string, fn func(u *benchUser, i int) bool) {
				b.Run(fmt.Sprintf("%s/%d/%s", op, size, kind.name), func(b *testing.B) {
					b.ReportAllocs()
					for i := 0; b.Loop(); i++ {
						if !fn(&random[i%size], i) {
							b.Fatal("failed")
						}
					}
				})
			}
			run("get", func(u *benchUser, _ int) bool { _, ok := s.get(u.id); return ok })
			run("unique", func(u *benchUser, _ int) bool { _, ok := s.byEmail(u.email); return ok })
			run("list", func(*benchUser, int) bool { return s.byRole(store.UserRoleAdmin) > 0 })
			run("update", func(u *benchUser, i int) bool { return s.rename(u.id, "User 7") })
			run("reindex", func(u *benchUser, i int) bool {
				return s.setRole(u.id, [...]store.UserRole{store.UserRoleUser, store.UserRoleAdmin}[i/size%2])
			})
			run("scan", func(*benchUser, int) bool { return s.scan("User 7") > 0 })
			run("delete+insert", func(u *benchUser, _ int) bool { return s.delete(u.id) && s.insert(u.id, u.name, u.email, u.role) })
		}
	}
}
