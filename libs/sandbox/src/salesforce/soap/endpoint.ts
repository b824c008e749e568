import { isSfErrorBody } from '../errors.ts';
import type { Org } from '../org.ts';
import { textAnswer, type Answer } from '../../serving/io.ts';
import { convertLead } from './convert-lead.ts';
import { answered, faultAnswer, readCall, SoapFault, type SoapAnswer, type SoapCall } from './envelope.ts';
import { login } from './login.ts';

/** Since this version SOAP takes sessions that are JWTs; before, it refuses them as if they had ended. */
const JWT_SINCE = 68;
const OPERATIONS: Record<string, string> = { login: 'soapLogin', logout: 'soapLogout', convertLead: 'convertLead' };

const answerOf = ({ status, xml }: SoapAnswer): Answer => textAnswer(status, 'text/xml;charset=UTF-8', xml);

export interface SoapEndpoint {
  operation: string;
  /** Needs a session, and counts as an API request. */
  session: boolean;
  token: string;
  run: (origin: string) => Answer;
}

/** A SOAP request, its envelope already read: the session stands in there. */
export function soapEndpoint(org: Org, text: string, version: string): SoapEndpoint {
  let call: SoapCall;
  try {
    call = readCall(text);
  } catch (error) {
    return { operation: 'soapUnknown', session: false, token: '', run: () => soapRefusal(error) };
  }
  const operation = OPERATIONS[call.operation] ?? 'soapUnknown';
  const token = /^eyJ/.test(call.sessionId) && Number(version) < JWT_SINCE ? '' : call.sessionId;
  const run = (origin: string): Answer => {
    try {
      return answerOf(perform(org, call, origin, version));
    } catch (error) {
      return soapRefusal(error);
    }
  };
  return { operation, session: operation === 'convertLead', token, run };
}

function perform(org: Org, call: SoapCall, origin: string, version: string): SoapAnswer {
  switch (call.operation) {
    case 'login':
      return login(org, call, origin, version);
    case 'logout':
      org.sessions.end(call.sessionId);
      return answered('<logoutResponse/>');
    case 'convertLead':
      return convertLead(org, call);
    default:
      throw new SoapFault('Client', `No operation available for request {${call.namespace}}${call.operation}`, 'soapenv');
  }
}

function soapRefusal(error: unknown): Answer {
  if (error instanceof SoapFault) return answerOf(faultAnswer(error));
  throw error;
}

/** These say how to wait and are sent by what stands before the org, so their status stays. */
const KEPT = new Set([429, 503]);

/** A refusal worded for REST as SOAP words it: a fault, with status 500. */
export function asSoap(answer: Answer): Answer {
  if (!/json/.test(answer.headers['Content-Type'] ?? '')) return answer;
  const body: unknown = JSON.parse(answer.body.toString('utf8'));
  const first = isSfErrorBody(body) ? body[0] : undefined;
  const said = body as { error_description?: string };
  const fault = first ? new SoapFault(first.errorCode, first.message, 'sf', KEPT.has(answer.status) ? answer.status : 500) : new SoapFault('INVALID_LOGIN', said.error_description ?? 'authentication failure');
  const { 'Content-Type': _type, ...headers } = answer.headers;
  const worded = answerOf(faultAnswer(fault));
  return { ...worded, headers: { ...headers, ...worded.headers } };
}
