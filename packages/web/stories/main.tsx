import '../src/styles/index.css';

import { createRoot } from 'react-dom/client';

import { Footer } from '../src/app/footer.tsx';
import { Header } from '../src/app/header.tsx';
import { Announcer } from '../src/tab/announcer.tsx';
import { STORIES } from './stories.tsx';

const chosen = new URLSearchParams(location.search).get('story') ?? '';
const story = STORIES[chosen];

function Index() {
  return (
    <ul>
      {Object.keys(STORIES).map((name) => (
        <li key={name}>
          <a href={`?story=${name}`}>{name}</a>
        </li>
      ))}
    </ul>
  );
}

const root = document.querySelector('#root');
if (root !== null) {
  createRoot(root).render(
    <Announcer>
      <Header />
      <main className="main">{story ?? <Index />}</main>
      <Footer />
    </Announcer>,
  );
}
