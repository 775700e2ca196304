package idp

import "rockpool/internal/cognito"

// Errors about a pool's triggers.
var (
	ErrPreTokenGenerationDiffers = InvalidParameter("PreTokenGeneration and LambdaArn of PreTokenGenerationConfig must be the same function.")
	ErrSenderWithoutKey          = InvalidParameter("KMSKeyID is required with CustomSMSSender or CustomEmailSender.")
)

// setTriggers fills in the pool's triggers. The two members for token
// generation show the same function, whichever of them was set.
func setTriggers(s *cognito.UserPoolType, in *cognito.LambdaConfigType) error {
	c := &cognito.LambdaConfigType{}
	s.LambdaConfig = c
	if in == nil {
		return nil
	}
	*c = *in
	if (c.CustomSMSSender != nil || c.CustomEmailSender != nil) && c.KMSKeyID == "" {
		return ErrSenderWithoutKey
	}
	config := c.PreTokenGenerationConfig
	switch {
	case config == nil && c.PreTokenGeneration != "":
		c.PreTokenGenerationConfig = &cognito.PreTokenGenerationVersionConfigType{
			LambdaVersion: cognito.PreTokenGenerationLambdaVersionV10,
			LambdaARN:     c.PreTokenGeneration,
		}
	case config != nil && c.PreTokenGeneration == "":
		c.PreTokenGeneration = config.LambdaARN
	case config != nil && c.PreTokenGeneration != config.LambdaARN:
		return ErrPreTokenGenerationDiffers
	}
	return nil
}
