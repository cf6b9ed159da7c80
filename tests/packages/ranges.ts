/** What the READMEs promise, at its lower end; README and manifests are held to these in readmes.test.ts. */
export const LOWEST_FASTIFY = '5.10.0';
export const LOWEST_TYPESCRIPT = '5.7.3';
