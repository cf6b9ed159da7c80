/** What a sender's deliveries take of their paths: what they leave to others, or all that they get. */
export type Use = 'polite' | 'all';
