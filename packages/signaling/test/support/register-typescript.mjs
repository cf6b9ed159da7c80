// Lets a child process run this package from its source: Node 20 runs no TypeScript by itself.
import { register } from 'node:module';

register('./typescript-loader.mjs', import.meta.url);
