package e2e

import "rockpool/internal/trigger/lambdatest"

// addRiddles gives Lambda the functions of custom authentication that ask for
// the sum of two numbers, twice at most, after the password if that comes
// first.
func addRiddles(l *lambdatest.Server) {
	l.Handle("riddle-define", func(event map[string]any) (any, error) {
		session, _ := event["request"].(map[string]any)["session"].([]any)
		event["response"] = nextRiddle(session)
		return event, nil
	})
	l.Set("riddle-create", lambdatest.Respond(map[string]any{
		"publicChallengeParameters":  map[string]any{"question": "19 + 23"},
		"privateChallengeParameters": map[string]any{"sum": "42"},
		"challengeMetadata":          "SUM",
	}))
	l.Handle("riddle-verify", func(event map[string]any) (any, error) {
		request := event["request"].(map[string]any)
		sum := request["privateChallengeParameters"].(map[string]any)["sum"]
		event["response"] = map[string]any{"answerCorrect": request["challengeAnswer"] == sum}
		return event, nil
	})
}

func nextRiddle(session []any) map[string]any {
	asked := 0
	for i, round := range session {
		r := round.(map[string]any)
		switch {
		case r["challengeName"] == "SRP_A" && i == len(session)-1:
			return map[string]any{"challengeName": "PASSWORD_VERIFIER"}
		case r["challengeName"] == "CUSTOM_CHALLENGE" && r["challengeResult"] == true:
			return map[string]any{"issueTokens": true, "failAuthentication": false}
		case r["challengeName"] == "CUSTOM_CHALLENGE":
			asked++
		}
	}
	if asked == 2 {
		return map[string]any{"issueTokens": false, "failAuthentication": true}
	}
	return map[string]any{"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}
}
