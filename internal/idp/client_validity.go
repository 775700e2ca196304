package idp

import "rockpool/internal/cognito"

// ErrTokenValidity means that tokens would live too long or too short.
var ErrTokenValidity = InvalidParameter("Invalid range for token validity.")

const (
	minute int64 = 60
	hour         = 60 * minute
	day          = 24 * hour
)

// unitSeconds is how many seconds a unit of validity has. It is counted in
// seconds because the largest value the API takes, in days, is more than a
// time.Duration can hold.
var unitSeconds = map[cognito.TimeUnitsType]int64{
	cognito.TimeUnitsSeconds: 1,
	cognito.TimeUnitsMinutes: minute,
	cognito.TimeUnitsHours:   hour,
	cognito.TimeUnitsDays:    day,
}

// defaultRefreshSeconds is how long a refresh token lives if nothing is said.
const defaultRefreshSeconds = 30 * day

// refreshTokenValidity is the validity of refresh tokens as it is shown: the
// one asked for, or the default in the unit asked for.
func refreshTokenValidity(n *int64, unit cognito.TimeUnitsType) *int64 {
	if n != nil && *n != 0 {
		return n
	}
	return new(defaultRefreshSeconds / unitSeconds[orDefault(unit, cognito.TimeUnitsDays)])
}

// checkValidity checks the lives of a client's tokens. The refresh token must
// not be the first to end.
func checkValidity(s *cognito.UserPoolClientType) error {
	units := s.TokenValidityUnits
	refresh := seconds(s.RefreshTokenValidity, units.RefreshToken, cognito.TimeUnitsDays)
	if refresh < hour || refresh > 3650*day {
		return ErrTokenValidity
	}
	access := seconds(s.AccessTokenValidity, units.AccessToken, cognito.TimeUnitsHours)
	id := seconds(s.IDTokenValidity, units.IDToken, cognito.TimeUnitsHours)
	for _, n := range []int64{access, id} {
		if n < 5*minute || n > day || n > refresh {
			return ErrTokenValidity
		}
	}
	return nil
}

// seconds is a validity in seconds; that of a token about which nothing is
// said is an hour.
func seconds(n *int64, unit, absent cognito.TimeUnitsType) int64 {
	if n == nil {
		return hour
	}
	return *n * unitSeconds[orDefault(unit, absent)]
}
