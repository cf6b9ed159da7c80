import { toBase64Url } from '../../src/bytes.ts';
import { LEAF_BYTES } from '../../src/constants.ts';
import { senderDeliveryMachine, type SenderDeliveryCommand } from '../../src/delivery/index.ts';
import { outflowMachine, type OutflowCommand } from '../../src/outflow/index.ts';
import type { PieceRange } from '../../src/protocol/types.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { pieceAt } from '../../src/pieces/plan.ts';
import type { Routed, SenderRouted } from '../../src/routing/types.ts';
import type { PairHost } from './delivery-pair.ts';
import { Stepper } from '../support/stepper.ts';
import { digestOf, leafOf } from '../support/transfer-content.ts';

/** A sender's delivery and its newest generation's flow, with a source that may be unreadable. */
export class PairSender {
  readonly delivery: Stepper<typeof senderDeliveryMachine>;
  flow: Stepper<typeof outflowMachine> | undefined;
  private readonly host: PairHost;
  private readonly leaves = new Map<number, Uint8Array>();

  constructor(host: PairHost, machine: typeof senderDeliveryMachine) {
    this.host = host;
    this.delivery = new Stepper(machine, { manifest: host.manifest });
  }

  /** Sends an event to one of its machines, and carries out all that follows at once. */
  take({ to, event }: Routed): void {
    if (to === 'delivery')
      for (const command of this.delivery.send(event as never)) this.obey(command);
    if (to === 'outflow')
      for (const command of this.flow?.send(event) ?? []) this.flowObey(command);
  }

  private obey(command: SenderDeliveryCommand): void {
    const { host } = this;
    switch (command.type) {
      case 'leaves.keep':
        for (let at = 0; at < command.leaves.length; at += LEAF_BYTES)
          this.leaves.set(
            command.first + at / LEAF_BYTES,
            command.leaves.subarray(at, at + LEAF_BYTES),
          );
        break;
      case 'outflow.start': {
        const { held, failedFiles, leftOut } = command;
        const { plan, files } = host;
        const given = { held, failedFiles, leftOut };
        const input = { plan, files, highWater: 1, lowWater: 1, readAhead: 2, ...given };
        this.flow = new Stepper(outflowMachine, input);
        break;
      }
      case 'outflow.stop':
        this.leaves.clear();
        break;
      case 'source.digest': {
        const { flow } = this;
        const failed = new Set(command.absent.map(({ file }) => file));
        host.later(() => {
          if (flow === this.flow)
            host.deliver('sender', {
              to: 'delivery',
              event: { type: 'digest.computed', digest: digestOf(host.source, failed) },
            });
        });
        break;
      }
      default:
    }
    host.dispatch('sender', { from: 'delivery', command });
  }

  private flowObey(command: OutflowCommand): void {
    const { host, flow } = this;
    const tell = (event: Extract<SenderRouted, { to: 'outflow' }>['event']): void => {
      if (flow === this.flow) host.deliver('sender', { to: 'outflow', event });
    };
    switch (command.type) {
      case 'piece.load': {
        const { ordinal } = command;
        const { file } = pieceAt(host.plan, ordinal);
        host.later(() => {
          if (host.unreadable.delete(file))
            tell({ type: 'read.failed', file, code: 'source.unreadable' });
          else tell({ type: 'piece.read', ordinal });
        });
        break;
      }
      case 'pieces.check':
        host.later(() => tell({ type: 'pieces.checked', different: this.compare(command) }));
        break;
      case 'chunks.send': {
        const { file } = pieceAt(host.plan, command.ordinal);
        host.bulk(encodeFrame(file, 0, host.source[file] ?? new Uint8Array()));
        tell({ type: 'chunks.sent', lane: command.lane, buffered: 0 });
        break;
      }
      case 'buffer.await':
        tell({ type: 'buffer.drained', lane: command.lane, buffered: 0 });
        break;
      default:
    }
    host.dispatch('sender', { from: 'outflow', command });
  }

  private compare({ first, end }: PieceRange): readonly PieceRange[] {
    const different: PieceRange[] = [];
    for (let ordinal = first; ordinal < end; ordinal++) {
      const { file } = pieceAt(this.host.plan, ordinal);
      const ours = leafOf(this.host.source[file] ?? new Uint8Array());
      if (toBase64Url(this.leaves.get(ordinal) ?? new Uint8Array()) !== toBase64Url(ours))
        different.push({ first: ordinal, end: ordinal + 1 });
    }
    return different;
  }
}
