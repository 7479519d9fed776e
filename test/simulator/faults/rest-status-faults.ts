import { problem, permissionMissing, scopeMissing } from '../wire/errors.ts';
import type { FaultContext, WireRequest, WireResponse } from '../wire/model.ts';
import type { SocketFault } from './model.ts';
import { isApi, isCallList, isCallReport, isExtractSync, isSession, isSync, type Aim } from './rest-paths.ts';

const refused = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WireResponse => problem({ status, code, message, headers }).response;

/** A fault that answers what it is aimed at; `all=1` widens it to every API request. */
function answers(name: string, about: string, aim: Aim, make: (context: FaultContext) => WireResponse): SocketFault {
  return {
    name,
    about,
    defaults: { all: 0 },
    answer: (request, context) =>
      aim(request) || (context.options['all'] === 1 && isApi(request)) ? make(context) : undefined,
  };
}

/** Rewrites Retry-After of every 429, whoever gave it. */
function retryAfter(name: string, about: string, value: (context: FaultContext) => string | undefined): SocketFault {
  return {
    name,
    about,
    alter(_request: WireRequest, response: WireResponse, context: FaultContext) {
      if (response.status !== 429) return response;
      const { 'Retry-After': _, ...headers } = response.headers;
      const text = value(context);
      return { ...response, headers: text === undefined ? headers : { ...headers, 'Retry-After': text } };
    },
  };
}

const htmlError = (status: number): WireResponse => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: `<html><head><title>${status}</title></head><body><center><h1>${status} Bad Gateway</h1></center></body></html>`,
});

const globalLimit: SocketFault = {
  name: 'global-429',
  about: 'a 429 of another limiter: CMN-310, no rate headers, no Retry-After (6.1)',
  alter(request, response) {
    return isApi(request) && response.status !== 429
      ? refused(429, 'CMN-310', 'Global request rate exceeded')
      : response;
  },
};

/** Refusals by status. */
export const statusFaults: readonly SocketFault[] = [
  answers('rate-429', 'call lists answer 429, Retry-After 60; all=1 every request (R1)', isCallList, () =>
    refused(429, 'CMN-301', 'Request rate exceeded', { 'Retry-After': '60' }),
  ),
  globalLimit,
  retryAfter('retry-after-date', '429 tells Retry-After as an HTTP date (R1)', ({ now }) =>
    new Date(now + 60_000).toUTCString(),
  ),
  retryAfter('retry-after-none', '429 comes without Retry-After (R1)', () => undefined),
  retryAfter('retry-after-negative', '429 tells Retry-After -1 (R1)', () => '-1'),
  retryAfter('retry-after-huge', '429 tells Retry-After 1e9 (R1)', () => '1e9'),
  answers('http-500', 'call lists answer 500 CMN-203; all=1 every request (R3)', isCallList, () =>
    refused(500, 'CMN-203', 'Internal server error'),
  ),
  answers('http-502', 'call lists answer 502 in HTML; all=1 every request (R3)', isCallList, () => htmlError(502)),
  answers('http-503', 'call lists answer 503 CMN-211; all=1 every request (R3)', isCallList, () =>
    refused(503, 'CMN-211', 'Service temporarily unavailable'),
  ),
  answers(
    'permission-403',
    'the app has lost ReadCallLog: 403 CMN-401 on call lists and syncs (R10)',
    isCallReport,
    () => scopeMissing('ReadCallLog').response,
  ),
  answers(
    'permission-408',
    'the user has lost the right to the company call log: 403 CMN-408 (R10)',
    isCallReport,
    () => permissionMissing('FullCompanyCallLog').response,
  ),
  answers(
    'session-403',
    'GET session answers 403 CMN-401: CallControl was not approved (1.5)',
    isSession,
    () => scopeMissing('CallControl').response,
  ),
  answers('session-404', 'GET session answers 404 CMN-102 though the call lives (2.10)', isSession, () =>
    refused(404, 'CMN-102', 'Resource for parameter [telephonySessionId] is not found'),
  ),
  answers('sync-limit', 'ISync is refused: max sync record number limit is exceeded (R11)', isSync, () =>
    refused(400, 'CLG-104', 'Parameter [syncToken] is invalid [max sync record number limit is exceeded]'),
  ),
  answers('sync-token-invalid', 'ISync is refused: the token has expired (R11)', isSync, () =>
    refused(400, 'CLG-101', 'Parameter [syncToken] is invalid'),
  ),
  answers(
    'no-extract-sync',
    'call-log-extract-sync is not available on the account: 404 CMN-120 (2.5)',
    isExtractSync,
    () => refused(404, 'CMN-120', 'Invalid URI'),
  ),
];
