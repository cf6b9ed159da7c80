import type { ComponentType } from 'react';

import { VERSION } from '../ui/version.ts';

export type Topic = 'how' | 'privacy' | 'source';

/** What the header's links open. */
export const TOPICS: Readonly<
  Record<Topic, { readonly label: string; readonly Panel: ComponentType }>
> = {
  how: { label: 'How it works', Panel: HowItWorks },
  privacy: { label: 'Privacy', Panel: Privacy },
  source: { label: 'Source', Panel: Source },
};

function HowItWorks() {
  return (
    <>
      <ol>
        <li>You drop files here and get a link. The files stay where they are.</li>
        <li>Somebody opens the link, sees what you offer, and accepts.</li>
        <li>The bytes go from your browser to theirs, encrypted, with no server in between.</li>
        <li>Both browsers compare what they have. You both see the same receipt.</li>
      </ol>
      <p>
        Both tabs stay open while it lasts. Some networks don’t let two browsers reach each other;
        the page then says so, and what would help.
      </p>
      <p>
        Symbolic links in a folder are left out: browsers don’t show them to a page. To hand over
        what they lead to, choose that.
      </p>
    </>
  );
}

function Privacy() {
  return (
    <>
      <p>
        <span className="strong">What the server sees:</span> your network addresses, when you come
        and go, and which of you share a link. It introduces your two browsers and keeps none of
        that. A STUN server, which tells a browser its own address, sees addresses too where the
        operator has set one up.
      </p>
      <p>
        <span className="strong">What it doesn’t see:</span> your files, their names and sizes, and
        the key. The key is in the link after the #, the part that browsers keep to themselves.
      </p>
      <p>
        <span className="strong">What the other side sees:</span> your network address, since
        nothing stands between you, and from the moment you open a link: the offer already comes
        straight from their browser, before you accept anything. To find each other, both browsers
        send small packets to addresses that the other one names; this page lets them name few, and
        none on your own machine. Whoever has the link can fetch what you share for as long as your
        tab is open.
      </p>
      <p>
        <span className="strong">What stays in this browser:</span> while you share, the link’s key
        and the names of your files, encrypted, so that you can go on after a reload; no copy of the
        files. “Stop sharing” overwrites and removes what they are encrypted with. Where the browser
        gave leave to open the files again, its own database may hold where they are a while longer.
        The name that you give yourself stays until you empty its field.
      </p>
      <p>
        What you receive stays as a copy for a day after it was handed to you, or for a week while
        it is unfinished or not saved; then it is removed, by the next visit at the latest. Until
        then others who use this browser could get at it. Clearing this site’s data in your browser
        removes all of this, and so does closing a private window.
      </p>
      <p>
        All of this holds for the page as it was published. Whoever serves it could serve another
        one: if that matters, use a server of somebody you trust, or your own. There are no
        accounts, no cookies and no tracking.
      </p>
    </>
  );
}

function Source() {
  return (
    <>
      <p>
        BurritoShare is free software under the MIT licence. This is version {VERSION}. Its readable
        source comes along with the page: your browser’s developer tools show it under Sources.
      </p>
      <p>
        It contains <a href="/third-party-notices.txt">works of others, with their licences</a>.
        Whoever runs this server can tell you where they got the program, and how to run your own.
      </p>
    </>
  );
}
