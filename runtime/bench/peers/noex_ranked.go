package peers

import (
	"context"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

// noexRanked is the bucket players of the generated store.
type noexRanked struct{ *store.Store }

func openNoexRanked() (Ranked, error) {
	s, err := store.Open(context.Background(), noex.Config{})
	return noexRanked{s}, err
}

// Player is an input with a score.
func Player(in *Input, score int64) store.PlayerInput {
	return store.PlayerInput{
		Name: in.Name, Email: in.Email, Role: store.PlayerRole(in.Role), City: in.City,
		Age: in.Age, Score: score, Active: in.Active,
	}
}

func player(in *Input) store.PlayerInput { return Player(in, in.Score) }

func (p noexRanked) Insert(in Input) (string, error) {
	r, err := p.Players.Insert(player(&in))
	return r.ID, err
}

func (p noexRanked) InsertMany(ins []Input) ([]string, error) {
	players := make([]store.PlayerInput, len(ins))
	for i := range ins {
		players[i] = player(&ins[i])
	}
	records, err := p.Players.InsertMany(players)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(records))
	for i := range records {
		ids[i] = records[i].ID
	}
	return ids, nil
}

func (p noexRanked) Range(from, to int64) (int, int64) {
	score := store.PlayerFields.Score
	return p.summed(p.Players.Where(score.Between(from, to)).OrderBy(score.Asc()))
}

func (p noexRanked) Top(n int) (int, int64) {
	return p.summed(p.Players.Where().OrderBy(store.PlayerFields.Score.Desc()).Limit(n))
}

func (p noexRanked) summed(q *noex.Query[store.Player]) (int, int64) {
	list := q.All()
	var sum int64
	for i := range list {
		sum += list[i].Score
	}
	return len(list), sum
}
