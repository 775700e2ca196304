package trigger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// invoke sends the event until it is answered, the function refuses, or the
// attempts are used up. Only what may go better the next time is sent again:
// timeouts, and invocations that did not start. What a function throws is its
// answer.
func (e *Engine) invoke(ctx context.Context, r run, body []byte) (answer []byte, attempts int, outcome Outcome, fail *failure) {
	limit := cmp.Or(e.Attempts, DefaultAttempts)
	for attempts = 1; ; attempts++ {
		var again bool
		answer, outcome, again, fail = e.attempt(ctx, r, body)
		if !again || attempts >= limit {
			return answer, attempts, outcome, fail
		}
		if outcome == OutcomeTimeout {
			continue // it has waited enough
		}
		if err := sleep(ctx, time.Duration(attempts)*cmp.Or(e.RetryDelay, DefaultRetryDelay)); err != nil {
			return nil, attempts, OutcomeCanceled, canceled(r, err)
		}
	}
}

func (e *Engine) attempt(ctx context.Context, r run, body []byte) (answer []byte, outcome Outcome, again bool, fail *failure) {
	limited, cancel := context.WithTimeout(ctx, cmp.Or(e.Timeout, DefaultTimeout))
	defer cancel()
	answer, err := e.Invoker.Invoke(limited, r.arn, body)

	var thrown *FunctionError
	var failed *InvocationError
	switch {
	case err == nil && len(answer) > MaxAnswer, errors.Is(err, ErrAnswerTooLarge):
		return nil, OutcomeInvalid, false, &failure{ErrInvalidResponse, ErrAnswerTooLarge.Error()}
	case err == nil:
		return answer, OutcomeOK, false, nil
	case errors.As(err, &thrown):
		return nil, OutcomeThrown, false, &failure{ErrThrown(r.trigger, thrown.Message), "the function threw an error"}
	case ctx.Err() != nil:
		return nil, OutcomeCanceled, false, canceled(r, ctx.Err())
	case limited.Err() != nil:
		return nil, OutcomeTimeout, true, &failure{ErrTimedOut(r.trigger), "no answer in time"}
	case errors.As(err, &failed):
		return nil, OutcomeFailed, failed.Retryable, &failure{ErrInvocation(r.trigger, cleanName(failed.Name)), err.Error()}
	default:
		return nil, OutcomeFailed, false, &failure{ErrInvocation(r.trigger, NameClient), err.Error()}
	}
}

func canceled(r run, err error) *failure {
	return &failure{fmt.Errorf("running the %s trigger: %w", r.trigger, err), "the caller gave up"}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
