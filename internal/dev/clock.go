package dev

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const maxBody = 4 << 10

// The years to which the clock can be moved: those that every format which
// tokens and databases use can hold.
const (
	firstYear = 2000
	lastYear  = 2200
)

// move is what POST /dev/clock takes.
type move struct {
	Advance string `json:"advance"`
	Now     string `json:"now"`
}

func (h *Helpers) serveClock(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	reply(w, http.StatusOK, map[string]time.Time{"now": h.Clock.Now().UTC()})
}

func (h *Helpers) moveClock(w http.ResponseWriter, r *http.Request) {
	by, err := readMove(http.MaxBytesReader(w, r.Body, maxBody), h.Clock.Now())
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	h.Clock.Advance(by)
	h.serveClock(w, r)
}

// readMove returns by how much the clock is to be moved from now.
func readMove(body io.Reader, now time.Time) (time.Duration, error) {
	var m move
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || (m.Advance == "") == (m.Now == "") {
		return 0, errors.New(`send {"advance": "2h"} or {"now": "2030-01-01T00:00:00Z"}`)
	}
	by, err := time.ParseDuration(m.Advance)
	if m.Now != "" {
		var to time.Time
		to, err = time.Parse(time.RFC3339, m.Now)
		by = to.Sub(now)
	}
	if err != nil {
		return 0, errors.New(`advance is a duration such as "90s" or "2h", now is a time such as "2030-01-01T00:00:00Z"`)
	}
	if year := now.Add(by).UTC().Year(); year < firstYear || year >= lastYear {
		return 0, fmt.Errorf("the clock can show the years %d to %d", firstYear, lastYear-1)
	}
	return by, nil
}
