package idp

import "rockpool/internal/cognito"

// dcrConfiguration fills in the settings of dynamic client registration: a
// configuration that does not say so switches it on.
func dcrConfiguration(in *cognito.DcrConfigurationType) *cognito.DcrConfigurationType {
	c := *in
	c.EnableStatus = orDefault(c.EnableStatus, cognito.StatusEnabled)
	c.OpenDcrEnabled = new(isTrue(c.OpenDcrEnabled))
	return &c
}

// registersClients tells whether clients may register themselves.
func registersClients(s *cognito.UserPoolType) bool {
	return s.DcrConfiguration != nil && s.DcrConfiguration.EnableStatus != cognito.StatusDisabled
}
