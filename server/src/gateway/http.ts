/**
 * In:  the picture of the moment as a function, the folder of the built page, HTTP requests.
 * Out: the page, the board as JSON to who holds the token, a sign of life; sockets (next door) get frames.
 * Never: a number or a caller's name to a viewer without a token; a decision about a call.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from '../runtime/logger.ts';
import { describeError } from '../runtime/worker-loop.ts';
import type { BoardDto } from './board-dto.ts';

export interface HttpDeps {
  readonly board: () => BoardDto;
  /** Absent: the API answers 401 to everybody. */
  readonly apiToken?: string;
  /** Folder of the built page; it may be absent. */
  readonly webRoot: string;
  readonly log: Logger;
}

/** The HTTP side of the gateway, without a server under it. */
export function createHttp({ board, apiToken, webRoot, log }: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(securityHeaders());
  app.get('/healthz', noStore, (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.use('/api', noStore);
  app.get('/api/v1/board', bearer(apiToken), (_request, response) => {
    response.json(board());
  });
  app.use('/api', (_request, response) => {
    refuse(response, 404, 'notFound', 'There is no such resource.');
  });
  app.use(page(webRoot));
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('Not found.\n');
  });
  app.use(failed(log));
  return app;
}

/** Names the page that is served, so that an open screen can tell that it was replaced. */
export function buildId(webRoot: string): string {
  const index = join(webRoot, 'index.html');
  return existsSync(index) ? createHash('sha256').update(readFileSync(index)).digest('hex').slice(0, 12) : 'none';
}

/**
 * No HSTS and no upgrade of requests: a wall on a LAN address speaks plain http, and both would leave it blank. A TLS
 * proxy in front adds its own.
 */
function securityHeaders(): RequestHandler {
  return helmet({
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'require-trusted-types-for': ["'script'"],
      },
    },
  });
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** Lets through who holds the token. Compared by digest, so that neither content nor length shows in the time it takes. */
function bearer(token: string | undefined): RequestHandler {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = token === undefined ? undefined : digest(token);
  return (request, response, next) => {
    const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (expected !== undefined && given !== undefined && timingSafeEqual(digest(given), expected)) {
      next();
      return;
    }
    const message =
      expected === undefined
        ? 'The API is closed: the server has no RINGSIDE_API_TOKEN.'
        : 'Send the RINGSIDE_API_TOKEN of the server as "Authorization: Bearer …".';
    response.set('WWW-Authenticate', 'Bearer realm="ringside"');
    refuse(response, 401, 'unauthorized', message);
  };
}

/** The built page: hashed files for ever, everything else asked for anew, and any address of the app is the page. */
function page(webRoot: string): RequestHandler {
  const router = express.Router();
  const assets = { index: false, immutable: true, maxAge: '1y', fallthrough: true } as const;
  router.use('/assets', express.static(join(webRoot, 'assets'), assets));
  router.use(
    express.static(webRoot, {
      index: false,
      cacheControl: false,
      setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache'),
    }),
  );
  router.get('/{*path}', noStore, (request, response, next) => {
    // An address with a dot is a file that is not there: a page in its place would hide that. The front door is open to
    // all: probes and curl do not say what they accept.
    const wanted = request.path === '/' || (request.headers.accept ?? '').includes('text/html');
    if (!wanted || /\.[^/]*$/.test(request.path)) {
      next();
      return;
    }
    if (existsSync(join(webRoot, 'index.html')))
      response.sendFile('index.html', { root: webRoot, cacheControl: false });
    else response.status(503).type('html').send(notBuilt);
  });
  return router;
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ringside</title>
<h1>The page is not built yet</h1><p>The server runs, but there is no page to show. Run <code>npm run build</code> and reload.</p></html>
`;

function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } });
}

/** Faults of the request (bad escape, too large) keep their status; everything else is ours, and says nothing more. */
function failed(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const named = (error as { status?: unknown } | undefined)?.status;
    const status = typeof named === 'number' && named >= 400 && named < 500 ? named : 500;
    if (status === 500) log.error('request.failed', { method: request.method, error: describeError(error) });
    if (response.headersSent) next(error);
    else if (status === 500) refuse(response, status, 'internal', 'Something failed here; the server log says what.');
    else refuse(response, status, 'badRequest', 'The request could not be understood.');
  };
}
