package peers

import "github.com/google/uuid"

// bare is the floor: a map of pointers with a copy out, no lock, no index, no
// validation.
type bare map[string]*User

func openBare() (Peer, error) { return bare{}, nil }

func (m bare) Insert(in Input) (string, error) {
	id := uuid.NewString()
	m[id] = &User{
		ID: id, Name: in.Name, Email: in.Email, Role: in.Role, City: in.City,
		Age: in.Age, Score: in.Score, Active: in.Active,
	}
	return id, nil
}

func (m bare) Get(id string) (User, bool) {
	if u := m[id]; u != nil {
		return *u, true
	}
	return User{}, false
}

func (m bare) AgeOf(id string) (int64, bool) {
	u, ok := m.Get(id)
	return u.Age, ok
}

func (m bare) SetAge(id string, age int64) error {
	u := m[id]
	if u == nil {
		return ErrNotFound
	}
	u.Age = age
	return nil
}

func (m bare) Delete(id string) error {
	delete(m, id)
	return nil
}

func (m bare) CountAge(age int64) int {
	return countAge(m, age)
}

func (m bare) Len() int { return len(m) }

func (m bare) Close() error { return nil }
