import { VERSION } from '../ui/version.ts';

/** What is running here. */
export function Footer() {
  return (
    <footer className="footer">
      <p>BurritoShare {VERSION}. Browser to browser, end-to-end encrypted.</p>
    </footer>
  );
}
