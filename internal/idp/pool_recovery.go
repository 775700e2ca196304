package idp

import "rockpool/internal/cognito"

// Errors about how users of a pool recover their accounts.
var (
	ErrRecoveryAdminOnly = InvalidParameter("The recovery mechanism admin_only cannot be combined with another one.")
	ErrRecoveryPriority  = InvalidParameter("Recovery mechanisms must have different priorities.")
	ErrRecoveryTwice     = InvalidParameter("A recovery mechanism can be given only once.")
)

// setRecovery checks and keeps the order of recovery mechanisms. A setting
// without mechanisms is none.
func setRecovery(s *cognito.UserPoolType, in *cognito.AccountRecoverySettingType) error {
	s.AccountRecoverySetting = nil
	if in == nil || len(in.RecoveryMechanisms) == 0 {
		return nil
	}
	names, priorities := map[cognito.RecoveryOptionNameType]bool{}, map[int64]bool{}
	for _, m := range in.RecoveryMechanisms {
		if names[m.Name] {
			return ErrRecoveryTwice
		}
		if priorities[m.Priority] {
			return ErrRecoveryPriority
		}
		names[m.Name], priorities[m.Priority] = true, true
	}
	if names[cognito.RecoveryOptionNameAdminOnly] && len(names) > 1 {
		return ErrRecoveryAdminOnly
	}
	s.AccountRecoverySetting = in
	return nil
}
