import type { BundleCommand, BundleEvent } from '../bundle/types.ts';
import type { ConnectionCommand, ConnectionEvent } from '../connection/types.ts';
import type {
  ReceiverDeliveryCommand,
  ReceiverDeliveryEvent,
  SenderDeliveryCommand,
  SenderDeliveryEvent,
} from '../delivery/types.ts';
import type { InflowCommand, InflowEvent } from '../inflow/types.ts';
import type {
  ReceiverLanesCommand,
  ReceiverLanesEvent,
  SenderLanesCommand,
  SenderLanesEvent,
} from '../lanes/types.ts';
import type { NegotiationCommand, NegotiationEvent } from '../negotiation/types.ts';
import type { OutflowCommand, OutflowEvent } from '../outflow/types.ts';
import type {
  ControlMessage,
  MessageOfReceiver,
  MessageOfSender,
} from '../protocol/control-messages.ts';
import type { SignalingCommand, SignalingEvent } from '../signaling/types.ts';

/** One of the two ends. */
export type Role = 'sender' | 'receiver';

/**
 * The source of a command: a machine that both ends have, or the control channel (whose messages are facts already).
 */
export type SharedSource =
  | { readonly from: 'signaling'; readonly command: SignalingCommand }
  | { readonly from: 'connection'; readonly command: ConnectionCommand }
  | { readonly from: 'negotiation'; readonly command: NegotiationCommand }
  /** The negotiation of a further lane. */
  | { readonly from: 'lane'; readonly lane: number; readonly command: NegotiationCommand }
  | { readonly from: 'control'; readonly command: ControlMessage }
  /**
   * A message came on a bulk channel for which no flow is prepared; or the bytes that have arrived through all of them.
   */
  | {
      readonly from: 'bulk';
      readonly command:
        | { readonly type: 'bulk.received' }
        | { readonly type: 'bytes.arrived'; readonly bytes: number };
    };

/** The source of a command at the sender's end. */
export type SenderSource =
  | SharedSource
  | { readonly from: 'bundle'; readonly command: BundleCommand }
  | { readonly from: 'lanes'; readonly command: SenderLanesCommand }
  | { readonly from: 'outflow'; readonly command: OutflowCommand }
  | { readonly from: 'delivery'; readonly command: SenderDeliveryCommand };

/** The source of a command at the receiver's end. */
export type ReceiverSource =
  | SharedSource
  | { readonly from: 'lanes'; readonly command: ReceiverLanesCommand }
  | { readonly from: 'inflow'; readonly command: InflowCommand }
  | { readonly from: 'delivery'; readonly command: ReceiverDeliveryCommand };

export type Source = SenderSource | ReceiverSource;

/** An event for a machine that both ends have. */
export type SharedRouted =
  | { readonly to: 'signaling'; readonly event: SignalingEvent }
  | { readonly to: 'connection'; readonly event: ConnectionEvent }
  | { readonly to: 'negotiation'; readonly event: NegotiationEvent }
  | { readonly to: 'lanes'; readonly event: Extract<SenderLanesEvent, ReceiverLanesEvent> }
  /** A message for the control channel; dropped if there is none. */
  | { readonly to: 'control'; readonly event: Extract<MessageOfSender, MessageOfReceiver> }
  | {
      readonly to: 'delivery';
      readonly event: Extract<SenderDeliveryEvent, ReceiverDeliveryEvent>;
    };

/**
 * An event for a machine of the sender's end. Without `delivery`, it goes to the delivery that the command came from,
 * or to every delivery if the command came from `signaling`.
 */
export type SenderRouted =
  | SharedRouted
  | { readonly to: 'bundle'; readonly event: BundleEvent }
  | { readonly to: 'connection'; readonly event: ConnectionEvent; readonly delivery?: string }
  | { readonly to: 'lanes'; readonly event: SenderLanesEvent }
  | { readonly to: 'outflow'; readonly event: OutflowEvent }
  | { readonly to: 'control'; readonly event: MessageOfSender }
  | { readonly to: 'delivery'; readonly event: SenderDeliveryEvent; readonly delivery?: string };

/** An event for a machine of the receiver's end. */
export type ReceiverRouted =
  | SharedRouted
  | { readonly to: 'lanes'; readonly event: ReceiverLanesEvent }
  | { readonly to: 'inflow'; readonly event: InflowEvent }
  | { readonly to: 'control'; readonly event: MessageOfReceiver }
  | { readonly to: 'delivery'; readonly event: ReceiverDeliveryEvent };

export type Routed = SenderRouted | ReceiverRouted;
