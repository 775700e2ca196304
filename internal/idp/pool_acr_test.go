package idp

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
)

// named is a pool with names of its own for two levels.
func named() *UserPool {
	p := &UserPool{}
	p.Settings.AcrConfiguration = map[string]*cognito.AcrLevelConfigType{
		"Level1": {AcrValue: "low"}, "Level4": {AcrValue: "urn:cognito:loa:1"},
	}
	return p
}

func TestAcrValue(t *testing.T) {
	for level, want := range map[AcrLevel]string{
		AcrLevel1: "low", AcrLevel2: "urn:cognito:loa:2", AcrLevel3: "urn:cognito:loa:3", AcrLevel4: "urn:cognito:loa:1",
	} {
		if got := named().AcrValue(level); got != want {
			t.Errorf("AcrValue(%d): got %s, want %s", level, got, want)
		}
		if got := AcrValues(named().Settings.AcrConfiguration)[level.key()].AcrValue; got != want {
			t.Errorf("AcrValues, level %d: got %s, want %s", level, got, want)
		}
	}
}

func TestAcrLevels(t *testing.T) {
	tests := []struct {
		list string
		want []AcrLevel
	}{
		{"", nil},
		{"  ", nil},
		{"high", nil},
		{"Level1", nil},
		{"LOW", nil},
		{"low", []AcrLevel{AcrLevel1}},
		{"urn:cognito:loa:1", []AcrLevel{AcrLevel4}}, // the pool's own meaning
		{"urn:cognito:loa:4", nil},                   // which it has not any more
		{"high urn:cognito:loa:3 low", []AcrLevel{AcrLevel3, AcrLevel1}},
		{"low  low\turn:cognito:loa:1", []AcrLevel{AcrLevel4, AcrLevel1}},
	}
	for _, tt := range tests {
		if got := named().AcrLevels(tt.list); !slices.Equal(got, tt.want) {
			t.Errorf("AcrLevels(%q): got %v, want %v", tt.list, got, tt.want)
		}
	}
}
