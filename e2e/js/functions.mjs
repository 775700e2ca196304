// Functions of a user pool, written as for Lambda. They refuse the user whose
// name says so: no-<trigger source>.
import { buildDecrypt } from '@aws-crypto/decrypt-node'
import { CommitmentPolicy } from '@aws-crypto/material-management-node'
import { KmsKeyringNode } from '@aws-crypto/kms-keyring-node'

export const KEY = 'arn:aws:kms:us-east-1:000000000000:key/senders'

/** Refuses the user who came to be refused, or an app that asks to be. */
function admit({ userName, triggerSource, request }) {
  if (userName === `no-${triggerSource}` || request.clientMetadata?.refuse === 'yes') throw new Error('not today')
}

/** Answers every trigger that takes an answer, with something that shows. */
export async function answers(event) {
  admit(event)
  const { request, response, triggerSource } = event
  switch (triggerSource.split('_')[0]) {
    case 'PreSignUp':
      response.autoConfirmUser = request.clientMetadata?.confirm === 'yes'
      break
    case 'CustomMessage':
      response.emailSubject = triggerSource
      response.emailMessage = `${triggerSource}: ${request.usernameParameter ?? ''} ${request.codeParameter}`
      response.smsMessage = response.emailMessage
      break
    case 'TokenGeneration':
      response.claimsOverrideDetails = { claimsToAddOrOverride: { source: triggerSource } }
      break
    case 'UserMigration':
      response.userAttributes = { email: `${event.userName}@example.com`, email_verified: 'true' }
      response.finalUserStatus = 'CONFIRMED'
      response.messageAction = 'SUPPRESS'
      break
    case 'DefineAuthChallenge':
      response.issueTokens = request.session.at(-1)?.challengeResult === true
      response.failAuthentication = request.session.length > 1
      response.challengeName = 'CUSTOM_CHALLENGE'
      break
    case 'CreateAuthChallenge':
      response.publicChallengeParameters = { question: triggerSource }
      response.privateChallengeParameters = { answer: '42' }
      break
    case 'VerifyAuthChallengeResponse':
      response.answerCorrect = request.challengeAnswer === request.privateChallengeParameters.answer
      break
  }
  return event
}

/** Gives claims to the tokens of clients, for which there is another event. */
export async function speaks(event) {
  admit(event)
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { source: event.triggerSource } },
  }
  return event
}

const decrypt = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT).decrypt
const keyring = new KmsKeyringNode({ keyIds: [KEY] }) // at AWS_ENDPOINT_URL_KMS

/** Sends a message, or would: it notes what it would write and to whom. */
export async function sends(event, note) {
  const { type, code, userAttributes } = event.request
  const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(code, 'base64'))
  if (messageHeader.encryptionContext['userpool-id'] !== event.userPoolId) throw new Error('this code is for another pool')
  note({ type, code: plaintext.toString(), attributes: userAttributes })
  admit(event)
}
