package signin

import (
	"context"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Answer answers a challenge (RespondToAuthChallenge,
// AdminRespondToAuthChallenge).
type Answer struct {
	Caller
	Challenge cognito.ChallengeNameType
	Session   string
	Responses map[string]string
	Metadata  map[string]string // reaches every trigger that the answer runs
}

// Answer takes the answer to a challenge and says where it leads.
func (s *Service) Answer(ctx context.Context, in Answer) (*Result, error) {
	if in.Responses["USERNAME"] == "" {
		return nil, missing("USERNAME")
	}
	if err := in.checkSecretHash(in.Responses, in.Responses["USERNAME"], idp.ErrSecretHashWrong); err != nil {
		return nil, err
	}
	switch in.Challenge {
	case cognito.ChallengeNamePasswordVerifier:
		return s.answerPasswordVerifier(ctx, in)
	case cognito.ChallengeNameNewPasswordRequired:
		return s.answerNewPassword(ctx, in)
	case cognito.ChallengeNameSelectChallenge:
		return s.answerSelectChallenge(ctx, in)
	case cognito.ChallengeNamePassword:
		return s.answerChosen(ctx, in, "PASSWORD")
	case cognito.ChallengeNamePasswordSrp:
		return s.answerChosen(ctx, in, "SRP_A")
	case cognito.ChallengeNameWebAuthn:
		return s.answerPasskey(ctx, in)
	case cognito.ChallengeNameEmailOtp:
		return s.answerCode(ctx, in, "EMAIL_OTP_CODE")
	case cognito.ChallengeNameSmsOtp:
		return s.answerCode(ctx, in, "SMS_OTP_CODE")
	case cognito.ChallengeNameSmsMfa:
		return s.answerCode(ctx, in, "SMS_MFA_CODE")
	case cognito.ChallengeNameSoftwareTokenMfa:
		return s.answerSoftwareToken(ctx, in)
	case cognito.ChallengeNameSelectMfaType:
		return s.answerSelectFactor(ctx, in)
	case cognito.ChallengeNameMfaSetup:
		return s.answerSetup(ctx, in)
	case cognito.ChallengeNameCustomChallenge:
		return s.answerCustom(ctx, in)
	case cognito.ChallengeNameDeviceSrpAuth:
		return s.answerDeviceSRP(ctx, in)
	case cognito.ChallengeNameDevicePasswordVerifier:
		return s.answerDeviceVerifier(ctx, in)
	}
	return nil, idp.InvalidParameter("The challenge " + string(in.Challenge) + " is not supported by this release of Rockpool.")
}
