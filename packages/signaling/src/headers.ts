import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * What a page served from here may do: run its own code, talk to this host, and nothing else.
 *
 * @param origin - `isTls`: this server ends TLS itself. `isSecure`: pages come over HTTPS, be it from here or
 *   from a proxy. Over plain HTTP, browsers refuse isolation with a warning in the console of each page.
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
    crossOriginOpenerPolicy: isSecure ? { policy: 'same-origin' } : false,
    originAgentCluster: isSecure,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // The link's secret is in the fragment, which no Referer holds; neither should the rest of it travel.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isTls ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    // Nobody may frame the page: `frame-ancestors` for today's browsers, this for older ones.
    frameguard: { action: 'deny' },
  };
}
