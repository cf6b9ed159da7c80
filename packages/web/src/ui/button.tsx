import type { LucideIcon } from 'lucide-react';
import type { ComponentPropsWithRef } from 'react';

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  /** `primary` is the one thing to do here; `quiet` stands back. */
  readonly kind?: 'primary' | 'plain' | 'quiet';
  readonly icon?: LucideIcon;
}

/** A button with a visible label, and an icon where one helps to find it. */
export function Button({
  kind = 'plain',
  icon: Icon,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  return (
    <button type="button" {...rest} className={`button button-${kind} ${className}`.trim()}>
      {Icon && <Icon className="icon" aria-hidden="true" />}
      {/* Made anew with its text: a page translator puts its own in the place of the text node that was here. */}
      <span key={typeof children === 'string' ? children : undefined}>{children}</span>
    </button>
  );
}
