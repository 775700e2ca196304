package idp

import "time"

// AttemptKind says what is being counted.
type AttemptKind string

// What is counted, per user or per name without a user.
const (
	AttemptPassword       AttemptKind = "password"         // wrong passwords: the lockout
	AttemptReset          AttemptKind = "reset"            // ForgotPassword and ConfirmForgotPassword together
	AttemptConfirmSignUp  AttemptKind = "confirm_sign_up"  // ConfirmSignUp
	AttemptResend         AttemptKind = "resend"           // ResendConfirmationCode
	AttemptVerify         AttemptKind = "verify_attribute" // VerifyUserAttribute
	AttemptSendVerify     AttemptKind = "send_attribute"   // GetUserAttributeVerificationCode
	AttemptChangePassword AttemptKind = "change_password"  // ChangePassword
	AttemptFactor         AttemptKind = "factor"           // wrong codes of sign-ins: a lockout of its own
	AttemptSendFactor     AttemptKind = "send_factor"      // codes of sign-ins that were sent
	AttemptEnrol          AttemptKind = "enrol"            // VerifySoftwareToken
)

// OneLimit tells whether the operations that count attempts of a kind have one
// error for both limits, that of the hour and that of the day.
func (k AttemptKind) OneLimit() bool { return k != AttemptReset && k != AttemptConfirmSignUp }

// HourlyLimit is how many attempts of a kind a user has in an hour.
var HourlyLimit = map[AttemptKind]int{
	AttemptReset:          20,
	AttemptConfirmSignUp:  15,
	AttemptResend:         5,
	AttemptVerify:         15,
	AttemptSendVerify:     5,
	AttemptChangePassword: 5,
	AttemptSendFactor:     10,
	AttemptEnrol:          15,
}

// DailyFailureLimit is how many wrong codes a user may give in a day before
// their operations are refused until the day is over, however slowly the codes
// are tried.
const DailyFailureLimit = 100

// Attempts counts what a user, or somebody who types a name without a user,
// has tried.
type Attempts struct {
	PoolID  string
	Subject string
	Kind    AttemptKind

	Count       int // in the current hour; for passwords and codes of sign-ins: failures in a row
	WindowStart time.Time
	Failures    int // wrong codes in the current day
	DayStart    time.Time
	LockedUntil time.Time // for passwords and codes of sign-ins
	Last        time.Time // the newest attempt; the record can go a day later
}

// Take counts one attempt, or refuses it: with ErrAttemptLimit if the hour's
// attempts are used up, with ErrTooManyFailedAttempts if the day's failures are.
func (a *Attempts) Take(now time.Time, limit int) error {
	if now.Sub(a.WindowStart) >= time.Hour {
		a.Count, a.WindowStart = 0, now
	}
	if now.Sub(a.DayStart) >= 24*time.Hour {
		a.Failures, a.DayStart = 0, now
	}
	if a.Failures >= DailyFailureLimit {
		return ErrTooManyFailedAttempts
	}
	if a.Count >= limit {
		return ErrAttemptLimit
	}
	a.Count++
	a.Last = now
	return nil
}

// Fail counts a wrong code.
func (a *Attempts) Fail() { a.Failures++ }

// The lockout after wrong passwords: the fifth failure in a row locks for a
// second, each further one for twice as long, up to a quarter of an hour. A
// quarter of an hour without an attempt, after the lock, ends the row; if the
// lock itself counted, the longest one would always be the last.
const (
	lockoutAfter = 5
	lockoutMax   = 15 * time.Minute
	lockoutReset = 15 * time.Minute
)

// Locked tells whether passwords are refused at the moment, right ones too.
func (a *Attempts) Locked(now time.Time) bool { return now.Before(a.LockedUntil) }

// FailPassword counts a wrong password and locks if there were too many.
// Attempts during a lock must not be counted.
func (a *Attempts) FailPassword(now time.Time) {
	if now.Sub(a.Last) >= lockoutReset && now.Sub(a.LockedUntil) >= lockoutReset {
		a.Count = 0
	}
	a.Count++
	a.Last = now
	if over := a.Count - lockoutAfter; over >= 0 {
		a.LockedUntil = now.Add(lockFor(over))
	}
}

// FailFactor counts a wrong code of a sign-in: toward the same lock as a wrong
// password, and toward the day's failures. In the quarter of an hour that a
// session lives at most, the lock leaves room for fourteen guesses.
func (a *Attempts) FailFactor(now time.Time) {
	a.FailPassword(now)
	if now.Sub(a.DayStart) >= 24*time.Hour {
		a.Failures, a.DayStart = 0, now
	}
	a.Fail()
}

// Exhausted tells whether the day's failures are used up. Whoever guesses at a
// second factor knows the password and has all the time in the world.
func (a *Attempts) Exhausted(now time.Time) bool {
	return a.Failures >= DailyFailureLimit && now.Sub(a.DayStart) < 24*time.Hour
}

// PassFactor forgets the row of wrong codes after a right one. The day's
// failures stay: each sign-in of the owner would give a guesser more tries.
func (a *Attempts) PassFactor() { a.Count, a.LockedUntil = 0, time.Time{} }

func lockFor(over int) time.Duration {
	if over >= 10 { // 2^10 s is beyond the cap
		return lockoutMax
	}
	return min(time.Second<<over, lockoutMax)
}
