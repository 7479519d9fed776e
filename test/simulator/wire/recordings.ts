import { json } from './answers.ts';
import type { Cloud } from './cloud.ts';
import { type ApiProblem, notFound, problem } from './errors.ts';
import type { WireRequest, WireResponse } from './model.ts';
import { oneOf, text } from './query.ts';
import { recordingInfo, recordingOf, type CallRecording } from './record-media.ts';
import { recordSources } from './record-sources.ts';
import type { Call, Route } from './routes.ts';
import { wave, waveLength } from './wave.ts';

function find(cloud: Cloud, { params, now }: Call): CallRecording {
  const id = params['recordingId'] ?? '';
  for (const session of cloud.live.sessions()) {
    if (session.endedAt === undefined) continue;
    const recordings = recordSources(cloud, session).map((source) => recordingOf(cloud, source));
    const found = recordings.find((one) => one?.id === id && one.availableAt <= now);
    if (found !== undefined) return found;
  }
  throw notFound('recordingId', id);
}

const unsatisfiable = (total: number): ApiProblem =>
  problem({
    status: 416,
    code: 'CMN-107',
    message: 'Requested range is not satisfiable',
    headers: { 'Content-Range': `bytes */${total}` },
  });

/** First and one past the last byte of a single `bytes=` range; undefined when the whole is asked for. Throws 416. */
function rangeOf(header: string | undefined, total: number): readonly [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || match[0] === 'bytes=-') return undefined;
  const [, first = '', last = ''] = match;
  const from = first === '' ? Math.max(0, total - Number(last)) : Number(first);
  const to = first === '' || last === '' ? total : Math.min(total, Number(last) + 1);
  if (from >= to) throw unsatisfiable(total);
  return [from, to];
}

function disposition({ query }: WireRequest, recording: CallRecording): string {
  const kind = oneOf(query, 'contentDisposition', ['Inline', 'Attachment'], 'Inline').toLowerCase();
  const name = (text(query, 'contentDispositionFilename') ?? `${recording.id}.wav`).replaceAll(/[^\w.-]/g, '_');
  return `${kind}; filename="${name}"`;
}

function content(cloud: Cloud, call: Call): WireResponse {
  const recording = find(cloud, call);
  const total = waveLength(recording.duration);
  const range = rangeOf(call.request.headers['range'], total);
  const [from, to] = range ?? [0, total];
  const headers = {
    'Content-Type': 'audio/wav',
    'Content-Disposition': disposition(call.request, recording),
    'Accept-Ranges': 'bytes',
    'Content-Length': String(to - from),
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${from}-${to - 1}/${total}` }),
  };
  return { status: range === undefined ? 200 : 206, headers, body: wave(recording.duration, from, to) };
}

/** A recording's metadata and its sound. On the real platform the sound lives on a host of its own. */
export function recordingRoutes(cloud: Cloud): readonly Route[] {
  const path = '/restapi/v1.0/account/{accountId}/recording/{recordingId}';
  const read = { method: 'GET', group: 'heavy', scopes: ['ReadCallRecording'] } as const;
  return [
    {
      ...read,
      permission: 'ReadCallRecording',
      adminOnly: true,
      path,
      handle(call) {
        const recording = find(cloud, call);
        const { id, contentUri } = recordingInfo(cloud, call.request.origin, recording);
        return json(200, { id, contentUri, contentType: 'audio/wav', duration: recording.duration });
      },
    },
    { ...read, path: `${path}/content`, handle: (call) => content(cloud, call) },
  ];
}
