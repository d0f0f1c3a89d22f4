package file

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// slowWriter is a writer to which each write takes some time.
type slowWriter struct {
	bytes.Buffer
	takes time.Duration
	err   error
}

func (s *slowWriter) Write(b []byte) (int, error) {
	time.Sleep(s.takes)
	if s.err != nil {
		return 0, s.err
	}
	return s.Buffer.Write(b)
}

func TestPaced(t *testing.T) {
	const (
		ms    = time.Millisecond
		never = time.Hour
	)
	for name, c := range map[string]struct {
		takes time.Duration
		hurry time.Duration // after which somebody waits
		late  bool
		err   error
		took  time.Duration // three writes
	}{
		"rests longer than it works":            {takes: 10 * ms, hurry: never, took: 120 * ms},
		"rests once for two short writes":       {takes: ms / 2, hurry: never, took: 9 * ms / 2},
		"rests little after what took too long": {takes: time.Second, hurry: never, took: 3300 * ms},
		"does not rest in a hurry":              {takes: 10 * ms, hurry: 15 * ms, took: 35 * ms},
		"does not rest when it is late":         {takes: 10 * ms, hurry: never, late: true, took: 30 * ms},
		"does not rest after an error":          {takes: 10 * ms, hurry: never, err: errors.New("disk full"), took: 10 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hurry := make(chan struct{})
				defer time.AfterFunc(c.hurry, func() { close(hurry) }).Stop()
				w := &slowWriter{takes: c.takes, err: c.err}
				start := time.Now()
				p := &paced{w, &pace{hurry: hurry, late: func() bool { return c.late }, from: start}}
				var err error
				for i := 0; i < 3 && err == nil; i++ {
					_, err = io.WriteString(p, "text")
				}
				if err != c.err {
					t.Errorf("got error %v, want %v", err, c.err)
				}
				if took := time.Since(start); took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				if want := "texttexttext"; err == nil && w.String() != want {
					t.Errorf("wrote %q, want %q", w.String(), want)
				}
			})
		})
	}
}

func TestLate(t *testing.T) {
	files := func(sizes ...int64) (tasks []mergeTask) {
		for _, size := range sizes {
			tasks = append(tasks, mergeTask{from: base{identity: identity{size: size}}})
		}
		return tasks
	}
	for name, c := range map[string]struct {
		tasks []mergeTask
		found int // bytes that the files do not have yet
		grown int64
		late  bool
	}{
		"a journal four times as large":       {tasks: files(300, 200), grown: 2000},
		"a larger one":                        {tasks: files(300, 200), grown: 2001, late: true},
		"a larger one that has new records":   {tasks: files(300, 200), found: 100, grown: 2400},
		"one that is still larger":            {tasks: files(300, 200), found: 100, grown: 2401, late: true},
		"files too small to be merged for":    {tasks: files(1), grown: 400},
		"a journal larger than even of these": {tasks: files(1), grown: 401, late: true},
	} {
		t.Run(name, func(t *testing.T) {
			a := New(t.TempDir())
			a.journal = &journal{limits: limits{merge: 100}, grown: c.grown}
			p := a.unhurried(c.tasks)
			p.found(c.found)
			if got := p.late(); got != c.late {
				t.Errorf("got %v, want %v", got, c.late)
			}
		})
	}
}

func TestOverlayFresh(t *testing.T) {
	var text []byte
	for _, c := range []struct {
		typ        byte
		key, value string
	}{
		{changeInserted, `"new"`, `{"a":1}`},
		{changeUpdated, `"new"`, `{"a":22}`},
		{changeUpdated, `"old"`, `{"a":1}`},
		{changeDeleted, `"gone"`, ""},
	} {
		text = appendChange(text, c.typ, []byte(c.key), []byte(c.value))
	}
	o := newOverlay(nil)
	if err := o.add(0, text); err != nil {
		t.Fatal(err)
	}
	if want := len(`"new"` + `{"a":1}`); o.fresh != want {
		t.Errorf("got %d bytes, want %d", o.fresh, want)
	}
}
