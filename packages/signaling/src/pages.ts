// The pages that the server itself shows to people. A browser that loads a page gets the app or an error page; programs
// get JSON.

import type { FastifyReply, FastifyRequest } from 'fastify';

/** Paths that are never pages of the app, even for a browser. */
const OTHER_PATHS = /^\/+(?:assets\/|signal$|healthz$|readyz$)/;

/** The end of a file's name. Programs ask for files, such as an icon or robots.txt. */
const FILE_NAME = /\.[a-z0-9]+$/i;

interface Words {
  readonly title: string;
  readonly text: string;
}

const NOT_HERE: Words = {
  title: 'Nothing is here',
  text: 'Go to the start page, or ask whoever sent you this address for the link again.',
};

const WORDS: Readonly<Record<number, Words>> = {
  404: NOT_HERE,
  408: {
    title: 'That took too long',
    text: 'Your browser’s request did not arrive in time. Load the page again.',
  },
  429: {
    title: 'Wait a minute',
    text: 'Too many requests came from your network. Then load the page again.',
  },
  503: { title: 'Back in a moment', text: 'The server is busy or restarts. Load the page again.' },
};

/** Whether a browser loads a page: only then does it ask for HTML by name. */
function asksForHtml({ headers }: FastifyRequest): boolean {
  return /text\/html/i.test(headers.accept ?? '');
}

/** Whether a request that matches no file should get the app, which reads the address itself. */
export function isForApp(request: FastifyRequest): boolean {
  const [path = ''] = request.url.split('?');
  if (!['GET', 'HEAD'].includes(request.method) || OTHER_PATHS.test(path)) return false;
  return (
    asksForHtml(request) ||
    (/\*\/\*/.test(request.headers.accept ?? '*/*') && !FILE_NAME.test(path))
  );
}

/** Answers with an error: a page for a browser that loads one, JSON for programs. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  error: string,
): FastifyReply {
  reply.code(status).header('vary', 'accept').header('cache-control', 'no-store');
  if (!asksForHtml(request)) return reply.send({ error });
  return reply.type('text/html; charset=utf-8').send(errorPage(status));
}

/** An error page. It has no inline styles or scripts, since the content security policy would refuse them. */
export function errorPage(status: number): string {
  const { title, text } = wordsOf(status);
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${title} · BurritoShare</title>`,
    `<h1>${title}</h1><p>${text}</p><p><a href="/">BurritoShare</a></p></html>\n`,
  ].join('');
}

function wordsOf(status: number): Words {
  if (status >= 500 && status !== 503) {
    return {
      title: 'The server made a mistake',
      text: 'Load the page again. For whoever runs this server: its log says more.',
    };
  }
  return WORDS[status] ?? { title: 'This can’t be answered', text: NOT_HERE.text };
}
