// Package awsjson is the API's face: AWS's JSON protocol over HTTP, as SDKs,
// browsers and the AWS CLI speak it.
//
// It owns everything between the socket and a [cognito.Service]: finding the
// operation, reading the body within bounds, signatures and policies, decoding,
// the order in which refusals come, how answers and errors look on the wire,
// CORS, and one log line per request. What operations do, it leaves to the
// service; what is wrong with a request's values, to cognito.Decode.
//
// A request passes these steps, and the first that refuses it decides:
//
//	method, path, content type, target   UnknownOperationException
//	size and encoding of the body        RequestEntityTooLargeException, SerializationException
//	signature (signed operations only)   MissingAuthenticationTokenException, ...
//	JSON and its types                   SerializationException
//	policy of the access key             AccessDeniedException
//	the model's constraints              InvalidParameterException
//	Config.Admit                         TooManyRequestsException, ...
//	the operation                        what it declares
package awsjson
