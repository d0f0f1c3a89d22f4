package file

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// slowWriter is a writer to which each write takes a second.
type slowWriter struct {
	bytes.Buffer
	err error
}

func (s *slowWriter) Write(b []byte) (int, error) {
	time.Sleep(time.Second)
	if s.err != nil {
		return 0, s.err
	}
	return s.Buffer.Write(b)
}

func TestPaced(t *testing.T) {
	const never = time.Hour
	for name, c := range map[string]struct {
		hurry time.Duration // after which somebody waits
		late  bool
		err   error
		took  time.Duration
	}{
		"rests as long as it works":     {hurry: never, took: 6 * time.Second},
		"does not rest in a hurry":      {hurry: 1500 * time.Millisecond, took: 3500 * time.Millisecond},
		"does not rest when it is late": {hurry: never, late: true, took: 3 * time.Second},
		"does not rest after an error":  {hurry: never, err: errors.New("disk full"), took: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hurry := make(chan struct{})
				defer time.AfterFunc(c.hurry, func() { close(hurry) }).Stop()
				w := &slowWriter{err: c.err}
				start := time.Now()
				p := &paced{w: w, hurry: hurry, late: func() bool { return c.late }, from: start}
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
