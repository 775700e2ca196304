// Lambda, as far as a user pool needs it: the Invoke API in front of the
// functions in functions.mjs, in a process of its own. It prints its URL when it
// is ready, and ends with its standard input.
//
//	GET  /log          which triggers ran for which users, and what functions noted
//	POST /environment  sets environment variables, before the first invocation
import http from 'node:http'
import * as functions from './functions.mjs'

const log = []

async function invoke(name, event) {
  const entry = { source: event.triggerSource, user: event.userName, pool: event.userPoolId, client: event.callerContext.clientId }
  log.push(entry)
  const answer = await functions[name](event, (note) => { entry.note = note })
  return answer ?? null // what Lambda makes of a function without a result
}

const server = http.createServer(async (request, response) => {
  if (request.method === 'GET' && request.url === '/log') {
    response.end(JSON.stringify(log))
    return
  }
  let body = ''
  for await (const part of request) body += part
  if (request.url === '/environment') {
    Object.assign(process.env, JSON.parse(body))
    response.end('{}')
    return
  }
  const name = decodeURIComponent(request.url).match(/^\/2015-03-31\/functions\/.*?([A-Za-z]+)\/invocations$/)?.[1]
  if (!functions[name]) {
    response.writeHead(404, { 'X-Amzn-ErrorType': 'ResourceNotFoundException' }).end('{}')
    return
  }
  try {
    response.end(JSON.stringify(await invoke(name, JSON.parse(body))))
  } catch (e) {
    response.setHeader('X-Amz-Function-Error', 'Unhandled')
    response.end(JSON.stringify({ errorType: e.name, errorMessage: e.message }))
  }
})

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.stdin.resume().on('end', () => process.exit())
