import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * The headers that let a page from this server run its own code and talk to this host, and nothing else.
 *
 * @param origin - `isTls`: this server ends TLS itself. `isSecure`: pages come over HTTPS, from this server or from a
 * proxy. Over plain HTTP the isolation headers are left out, since browsers ignore them there and warn in the console
 * of each page.
 */
export function securityHeaders({
  isTls,
  isSecure,
}: {
  readonly isTls: boolean;
  readonly isSecure: boolean;
}): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      // Helmet's defaults upgrade every request to HTTPS, which breaks a page served by plain HTTP on a LAN.
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Pictures, sounds and films that have arrived are shown on the page: of bytes that it holds, never from elsewhere.
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ['blob:'],
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
    crossOriginOpenerPolicy: isSecure ? { policy: 'same-origin' } : false,
    originAgentCluster: isSecure,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // A Referer never holds the fragment with the link's secret. The rest of the link shouldn't travel either.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isTls ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    // For older browsers; newer ones obey `frame-ancestors`. No site may frame the page.
    frameguard: { action: 'deny' },
  };
}
