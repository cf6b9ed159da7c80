import { Burrito } from '../art/burrito.tsx';
import { Tortilla } from '../art/tortilla.tsx';

/** The tortilla folds around what was dropped, once; the burrito stays. */
export function Wrapping() {
  return (
    <div className="wrapping">
      <Tortilla />
      <Burrito />
    </div>
  );
}
