package signin

import (
	"context"

	"rockpool/internal/cognito"
)

func (s *Service) askFirstCode(context.Context, proved, cognito.ChallengeNameType, []cognito.ChallengeNameType) (*Result, error) {
	return nil, errNotAvailable
}
