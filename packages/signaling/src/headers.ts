import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Hashes of the style sheets that are put into the page by script, as CSP sources (`'sha256-…'`). React
 * Aria Components injects one fixed `<style>`; a build whose hash is missing here shows a console error,
 * which the browsers' tests take for a failure.
 */
export const STYLE_HASHES: readonly string[] = [];

/** What a page served from here may do: run its own code, talk to this host, and nothing else. */
export function securityHeaders(isTls: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      // Helmet's defaults upgrade every request to HTTPS, which breaks a page served by plain HTTP on a LAN.
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", ...STYLE_HASHES],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        // Downloads that a service worker streams are started from a frame.
        frameSrc: ["'self'", 'blob:'],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // The link's secret is in the fragment, which no Referer holds; neither should the rest of it travel.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isTls ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    // Nobody may frame the page: `frame-ancestors` for today's browsers, this for older ones.
    frameguard: { action: 'deny' },
  };
}
