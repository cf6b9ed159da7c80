import '@fontsource-variable/figtree';
import './styles/index.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/app.tsx';
import { removeLeftovers } from './sinks/leftovers.ts';

// What tabs that crashed or were closed have left behind; nobody waits for it.
void removeLeftovers();

const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
