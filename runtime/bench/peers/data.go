package peers

import (
	"math/rand/v2"
	"strconv"

	"github.com/noexgen/noexgen/runtime/bench/store"
)

// Most records live in cities of 1,000, one in a hundred in villages of 10.
const (
	CitySize    = 1000
	VillageSize = 10
)

// Data makes the records of a run. The same size gives the same records, in an
// order that has nothing to do with their cities.
type Data struct {
	Size int
	// Cities have CitySize records, Villages have VillageSize.
	Cities, Villages []string

	homes []int32 // of each record: index in Cities, or -1-index in Villages
}

// NewData returns the data of a run with size records, 2,020 at least.
func NewData(size int) *Data {
	d := &Data{Size: size, homes: make([]int32, 0, size)}
	blocks := size / (CitySize + VillageSize)
	for b := range blocks {
		d.Cities = append(d.Cities, "City of "+strconv.Itoa(b))
		d.Villages = append(d.Villages, "Village "+strconv.Itoa(b))
		for range CitySize {
			d.homes = append(d.homes, int32(b))
		}
		for range VillageSize {
			d.homes = append(d.homes, int32(-1-b))
		}
	}
	for len(d.homes) < size {
		d.homes = append(d.homes, int32(blocks)) // the rest lives in one more city
	}
	rnd := rand.New(rand.NewPCG(1, uint64(size)))
	rnd.Shuffle(size, func(i, j int) { d.homes[i], d.homes[j] = d.homes[j], d.homes[i] })
	return d
}

var (
	firstNames = []string{"Ada", "Alan", "Barbara", "Dennis", "Edsger", "Frances", "Grace", "John", "Ken", "Margaret", "Niklaus", "Rob"}
	lastNames  = []string{"Allen", "Dijkstra", "Hamilton", "Hopper", "Liskov", "Lovelace", "McCarthy", "Pike", "Ritchie", "Thompson", "Turing", "Wirth"}
	roles      = store.UserRoleValues()
)

// Input returns record i; from Size on it is one more person of no city of the
// data. Its strings are its own, as if it had come over the network.
func (d *Data) Input(i int) Input {
	rnd := rand.New(rand.NewPCG(uint64(d.Size), uint64(i)))
	first, last := firstNames[rnd.IntN(len(firstNames))], lastNames[rnd.IntN(len(lastNames))]
	return Input{
		Name:   first + " " + last,
		Email:  d.Email(i),
		Role:   roles[rnd.IntN(len(roles))],
		City:   d.city(i),
		Age:    18 + rnd.Int64N(60),
		Score:  rnd.Int64N(int64(d.Size)),
		Active: rnd.IntN(4) > 0,
	}
}

// Email returns the e-mail of record i, a new string each time.
func (d *Data) Email(i int) string { return "user" + strconv.Itoa(i) + "@mail.example.com" }

func (d *Data) city(i int) string {
	if i >= d.Size {
		return "Elsewhere " + strconv.Itoa(i%d.Size/CitySize)
	}
	if h := int(d.homes[i]); h >= 0 {
		return "City of " + strconv.Itoa(h)
	} else {
		return "Village " + strconv.Itoa(-1-h)
	}
}

// Inputs returns the records from i on, below j.
func (d *Data) Inputs(i, j int) []Input {
	ins := make([]Input, 0, j-i)
	for ; i < j; i++ {
		ins = append(ins, d.Input(i))
	}
	return ins
}
