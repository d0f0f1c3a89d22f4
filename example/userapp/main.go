package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/noexgen/noexgen/example/userapp/store"
	noex "github.com/noexgen/noexgen/runtime"
)

func main() {
	s, err := store.Open(context.Background(), noex.Config{})
	fmt.Println(err)
	s.Users.On(func(e noex.Event[store.User]) { fmt.Println("event", e.Type, e.Key, e.New.Name) })
	u, err := s.Users.Insert(store.UserInput{Name: "Alice", Email: "a@x.de"})
	fmt.Println(u, err)
	_, err = s.Users.Insert(store.UserInput{Name: "", Email: "a@x", Role: noex.Some(store.UserRole("x"))})
	fmt.Println(err)
	_, err = s.Users.Insert(store.UserInput{Name: "B", Email: "a@x.de"})
	fmt.Println(err)
	u, err = s.Users.Update(u.ID, store.UserPatch{Age: noex.Some(int64(5))})
	b, _ := json.Marshal(u)
	fmt.Println(string(b), err)
	fmt.Println(s.Users.ByEmail("a@x.de"))
	fmt.Println(s.Users.ByRole("user"))
	fmt.Println(s.Users.Where(store.UserFields.Age.Lt(6), store.UserFields.Role.Eq("user")).Explain())
	var in store.UserInput
	fmt.Println(json.Unmarshal([]byte(`{"name":5,"x":1}`), &in))
	s.Users.Delete(u.ID)
	fmt.Println(s.Close())
}
