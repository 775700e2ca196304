package trigger

// ChallengeResult is one challenge of a custom sign-in that is behind the
// user, as the functions of custom authentication are told of it.
type ChallengeResult struct {
	// ChallengeName is CUSTOM_CHALLENGE, SRP_A, PASSWORD_VERIFIER, ...
	ChallengeName   string
	ChallengeResult bool
	// ChallengeMetadata is what CreateAuthChallenge said of a custom
	// challenge; other challenges have none.
	ChallengeMetadata string
}

type challengeResult struct {
	ChallengeName     string  `json:"challengeName"`
	ChallengeResult   bool    `json:"challengeResult"`
	ChallengeMetadata *string `json:"challengeMetadata"`
}

// session writes the challenges in the order in which they were passed. It is
// a list even before the first one, because functions ask for its length.
func session(results []ChallengeResult) []challengeResult {
	out := make([]challengeResult, len(results))
	for i, r := range results {
		out[i] = challengeResult{ChallengeName: r.ChallengeName, ChallengeResult: r.ChallengeResult, ChallengeMetadata: textOrNull(r.ChallengeMetadata)}
	}
	return out
}

// textOrNull makes an empty text null, as the service writes what is not set.
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
