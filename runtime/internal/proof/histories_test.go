package proof

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	noex "github.com/noexgen/noexgen/runtime"
)

// call is an operation of a history: what is asked for.
type call struct {
	op     string
	key, b string // b: the other account of a transaction
	n      int64
	holder string
}

// answer is what an operation returned.
type answer struct {
	err   string
	found bool
	n     int64
	text  string
}

// ledger is the accounts as the model sees them. It is a value, so that the
// checker may compare states.
type ledger struct{ acc [4]entry }

type entry struct {
	ok     bool
	n      int64
	holder string
}

var accountIDs = [4]string{"a", "b", "c", "d"}

func (l *ledger) at(key string) *entry { return &l.acc[key[0]-'a'] }

// holds returns the account of a holder, or none.
func (l *ledger) holds(holder string) string {
	for i, e := range l.acc {
		if e.ok && e.holder == holder && holder != "" {
			return accountIDs[i]
		}
	}
	return ""
}

func (l *ledger) rich() (n int64) {
	for _, e := range l.acc {
		if e.ok && e.n >= 5 {
			n++
		}
	}
	return n
}

func (l *ledger) text() string {
	out := ""
	for i, e := range l.acc {
		if e.ok {
			out += fmt.Sprint(accountIDs[i], e.n, e.holder, " ")
		}
	}
	return out
}

// step is what a call does and returns when it is alone.
func (l *ledger) step(c call) answer {
	e := l.at(c.key)
	other := l.holds(c.holder)
	switch c.op {
	case "get":
		return answer{found: e.ok, n: e.n, text: e.holder}
	case "by holder":
		return answer{text: other}
	case "count rich":
		return answer{n: l.rich()}
	case "list":
		return answer{text: l.text()}
	case "insert", "upsert":
		switch {
		case e.ok && c.op == "insert":
			return answer{err: "duplicate"}
		case other != "" && other != c.key:
			return answer{err: "unique"}
		}
		*e = entry{true, c.n, c.holder}
	case "update":
		if !e.ok {
			return answer{err: "not found"}
		}
		e.n = c.n
	case "add":
		if !e.ok {
			return answer{err: "not found"}
		}
		e.n += c.n
		return answer{n: e.n}
	case "claim":
		switch {
		case !e.ok:
			return answer{err: "not found"}
		case other != "" && other != c.key:
			return answer{err: "unique"}
		}
		e.holder = c.holder
	case "delete":
		found := e.ok
		*e = entry{}
		return answer{found: found}
	default:
		return l.transaction(c, e, l.at(c.b), other)
	}
	return answer{}
}

func (l *ledger) transaction(c call, e, b *entry, other string) answer {
	switch c.op {
	case "transfer":
		if !e.ok || !b.ok || e.n < c.n || c.key == c.b {
			return answer{}
		}
		e.n, b.n = e.n-c.n, b.n+c.n
		return answer{found: true, n: e.n}
	case "withdraw": // may overdraw one account as long as both together have enough
		if !e.ok || !b.ok || e.n+b.n < c.n {
			return answer{}
		}
		e.n -= c.n
		return answer{found: true, n: e.n}
	case "open if few are rich":
		if e.ok || l.rich() >= 2 {
			return answer{}
		}
		*e = entry{true, 7, ""}
		return answer{found: true}
	case "claim if free":
		if !e.ok || other != "" {
			return answer{text: other}
		}
		e.holder = c.holder
		return answer{found: true}
	case "swap holders":
		if !e.ok || !b.ok || c.key == c.b {
			return answer{}
		}
		e.holder, b.holder = b.holder, e.holder
		return answer{found: true}
	}
	panic(c.op)
}

// ask runs a call on a store.
func ask(s *Store, c call) answer {
	switch c.op {
	case "get":
		r, ok := s.Accounts.Get(c.key)
		return answer{found: ok, n: r.Balance, text: r.Holder.Or("")}
	case "by holder":
		r, _ := s.Accounts.ByHolder(c.holder)
		return answer{text: r.ID}
	case "count rich":
		return answer{n: int64(s.Accounts.Where(AccountFields.Balance.Ge(5)).Count())}
	case "list":
		var l ledger
		_ = s.View(func(v *View) error {
			for _, id := range accountIDs {
				if r, ok := v.Accounts.Get(id); ok {
					*l.at(id) = entry{true, r.Balance, r.Holder.Or("")}
				}
				runtime.Gosched()
			}
			return nil
		})
		return answer{text: l.text()}
	case "insert":
		_, err := s.Accounts.Insert(AccountInput{ID: c.key, Balance: c.n, Holder: named(c.holder)})
		return answer{err: kind(err)}
	case "upsert":
		_, err := s.Accounts.Upsert(AccountInput{ID: c.key, Balance: c.n, Holder: named(c.holder)})
		return answer{err: kind(err)}
	case "update":
		_, err := s.Accounts.Update(c.key, AccountPatch{Balance: noex.Some(c.n)})
		return answer{err: kind(err)}
	case "add":
		r, err := s.Accounts.Modify(c.key, func(r *Account) error { r.Balance += c.n; runtime.Gosched(); return nil })
		return answer{err: kind(err), n: r.Balance}
	case "claim":
		_, err := s.Accounts.Update(c.key, AccountPatch{Holder: named(c.holder)})
		return answer{err: kind(err)}
	case "delete":
		ok, err := s.Accounts.Delete(c.key)
		return answer{err: kind(err), found: ok}
	}
	var out answer
	err := s.Tx(func(tx *Tx) error {
		out = askTx(tx, c)
		return nil
	}, noex.Retry(20))
	if err != nil {
		return answer{err: kind(err)}
	}
	return out
}

func named(holder string) noex.Opt[string] {
	if holder == "" {
		return noex.Null[string]()
	}
	return noex.Some(holder)
}

func askTx(tx *Tx, c call) answer {
	a, okA := tx.Accounts.Get(c.key)
	set := func(key string, n int64) { must(tx.Accounts.Update(key, AccountPatch{Balance: noex.Some(n)})) }
	if c.op == "open if few are rich" {
		if okA || tx.Accounts.Where(AccountFields.Balance.Ge(5)).Count() >= 2 {
			return answer{}
		}
		runtime.Gosched()
		must(tx.Accounts.Insert(AccountInput{ID: c.key, Balance: 7}))
		return answer{found: true}
	}
	if c.op == "claim if free" {
		h, taken := tx.Accounts.ByHolder(c.holder)
		if !okA || taken {
			return answer{text: h.ID}
		}
		runtime.Gosched()
		must(tx.Accounts.Update(c.key, AccountPatch{Holder: named(c.holder)}))
		return answer{found: true}
	}
	runtime.Gosched()
	b, okB := tx.Accounts.Get(c.b)
	switch {
	case !okA || !okB:
	case c.op == "withdraw" && a.Balance+b.Balance >= c.n:
		set(c.key, a.Balance-c.n)
		return answer{found: true, n: a.Balance - c.n}
	case c.op == "transfer" && a.Balance >= c.n && c.key != c.b:
		set(c.key, a.Balance-c.n)
		runtime.Gosched()
		set(c.b, b.Balance+c.n)
		return answer{found: true, n: a.Balance - c.n}
	case c.op == "swap holders" && c.key != c.b:
		must(tx.Accounts.Update(c.key, AccountPatch{Holder: named(b.Holder.Or(""))}))
		must(tx.Accounts.Update(c.b, AccountPatch{Holder: named(a.Holder.Or(""))}))
		return answer{found: true}
	}
	return answer{}
}

var singles = []string{"get", "by holder", "count rich", "insert", "upsert", "update", "add", "claim", "delete"}

var mixed = append([]string{"transfer", "transfer", "withdraw", "open if few are rich", "claim if free", "swap holders", "list"}, singles...)

// TestHistories runs calls from several goroutines and asks porcupine whether
// there is an order of them, one after the other, that explains the answers and
// agrees with real time: single calls are linearizable, and transactions
// serializable, without write skew and phantoms.
func TestHistories(t *testing.T) {
	for name, ops := range map[string][]string{"single calls": singles, "transactions": mixed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range *histories / 2 {
				checkHistory(t, ops, uint64(i))
			}
		})
	}
}

func checkHistory(t *testing.T, ops []string, seed uint64) {
	t.Helper()
	s, err := Open(context.Background(), noex.Config{})
	noErr(t, err)
	var (
		clock   atomic.Int64
		mu      sync.Mutex
		history []porcupine.Operation
		wg      sync.WaitGroup
		start   = make(chan struct{})
	)
	for client := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(client)))
			pick := func(of ...string) string { return of[r.IntN(len(of))] }
			<-start
			for range 8 {
				c := call{pick(ops...), pick("a", "b", "c", "d"), pick("a", "b", "c"), r.Int64N(9), pick("", "h", "i", "j")}
				op := porcupine.Operation{ClientId: client, Input: c, Call: clock.Add(1)}
				op.Output = ask(s, c)
				op.Return = clock.Add(1)
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	close(start)
	wg.Wait()
	noErr(t, s.Close())
	switch porcupine.CheckOperationsTimeout(accounts, history, time.Minute) {
	case porcupine.Illegal:
		for _, op := range history {
			t.Logf("%d: %d-%d %+v: %+v", op.ClientId, op.Call, op.Return, op.Input, op.Output)
		}
		t.Fatalf("history %d cannot be explained", seed)
	case porcupine.Unknown:
		t.Logf("history %d takes too long to explain", seed)
	}
}

var accounts = porcupine.Model{
	Init: func() any { return ledger{} },
	Step: func(state, input, output any) (bool, any) {
		l := state.(ledger)
		if output.(answer).err == "conflict" { // which never changes anything
			return true, l
		}
		want := l.step(input.(call))
		return want == output.(answer), l
	},
}
