import { gzipSync } from 'node:zlib';
import type { FaultContext, WireResponse } from '../wire/model.ts';
import type { SocketFault } from './model.ts';
import { isApi, isCallList, isToken, type Aim } from './rest-paths.ts';

const bytesOf = (response: WireResponse): Buffer => Buffer.from(response.body);

/** A fault that spoils good answers it is aimed at; `all=1` widens it to every API request. */
function spoils(
  name: string,
  about: string,
  aim: Aim,
  spoil: (response: WireResponse, context: FaultContext) => WireResponse,
): SocketFault {
  return {
    name,
    about,
    alter(request, response, context) {
      const meant = aim(request) || (context.options['all'] === 1 && isApi(request));
      return meant && response.status < 300 ? spoil(response, context) : response;
    },
  };
}

const HTML = '<!doctype html><html><body><h1>We will be back soon</h1></body></html>';

/** Answers that arrive late, cut, or as something else. */
export const bodyFaults: readonly SocketFault[] = [
  spoils('hang', 'call lists send their head and never finish; all=1 every request (R4)', isCallList, (response) => ({
    ...response,
    broken: 'hang',
  })),
  spoils('dribble', 'call lists come at one byte a second; all=1 every request (R4)', isCallList, (response) => ({
    ...response,
    broken: 'dribble',
  })),
  {
    ...spoils(
      'slow-answer',
      'call lists answer ms late; all=1 every request (R4)',
      isCallList,
      (response, { options }) => ({
        ...response,
        delayMs: (response.delayMs ?? 0) + (options['ms'] ?? 0),
      }),
    ),
    defaults: { ms: 20_000 },
  },
  spoils('reset', 'call lists end in a connection reset; all=1 every request (R3)', isCallList, (response) => ({
    ...response,
    broken: 'reset',
  })),
  spoils(
    'cut-body',
    'the connection ends in the middle of the body; all=1 every request (R5)',
    isCallList,
    (response) => ({ ...response, broken: 'truncate' }),
  ),
  spoils(
    'truncated-json',
    'JSON ends in the middle, the answer is 200; all=1 every request (R5)',
    isCallList,
    (response) => ({
      ...response,
      body: bytesOf(response).subarray(0, Math.floor(bytesOf(response).length / 2)),
    }),
  ),
  spoils('html-200', 'a maintenance page with status 200; all=1 every request (R5)', isCallList, (response) => ({
    ...response,
    headers: { ...response.headers, 'Content-Type': 'text/html' },
    body: HTML,
  })),
  spoils('gzip-cut', 'a gzip body that ends in the middle; all=1 every request (R5)', isCallList, (response) => {
    const zipped = gzipSync(bytesOf(response));
    const headers = { ...response.headers, 'Content-Encoding': 'gzip' };
    return { ...response, headers, body: zipped.subarray(0, Math.floor(zipped.length / 2)) };
  }),
  spoils(
    'invalid-utf8',
    'the middle byte of the body is not UTF-8; all=1 every request (R5)',
    isCallList,
    (response) => {
      const bytes = Uint8Array.from(bytesOf(response));
      bytes[Math.floor(bytes.length / 2)] = 0xff;
      return { ...response, body: bytes };
    },
  ),
  spoils('token-truncated', 'the token answer is cut in the middle of its JSON (R5, R9)', isToken, (response) => ({
    ...response,
    body: bytesOf(response).subarray(0, 20),
  })),
];
