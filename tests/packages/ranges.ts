/** The lowest versions that the READMEs promise. readmes.test.ts checks that READMEs and manifests name these. */
export const LOWEST_FASTIFY = '5.10.0';
export const LOWEST_TYPESCRIPT = '5.7.3';
