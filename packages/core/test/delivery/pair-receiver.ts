import { CREDIT_BATCH_BYTES } from '../../src/constants.ts';
import { receiverDeliveryMachine, type ReceiverDeliveryCommand } from '../../src/delivery/index.ts';
import {
  createAssembler,
  inflowMachine,
  type Assembler,
  type InflowCommand,
} from '../../src/inflow/index.ts';
import { heldMessages } from '../../src/pieces/held-messages.ts';
import type { Routed, ReceiverRouted } from '../../src/routing/types.ts';
import type { PairHost } from './delivery-pair.ts';
import { Stepper } from '../support/stepper.ts';
import { digestOf } from '../support/transfer-content.ts';
import { TransferStore } from '../support/transfer-store.ts';

/** A receiver's delivery and its newest generation's flow, with a disk that may be full. */
export class PairReceiver {
  readonly delivery: Stepper<typeof receiverDeliveryMachine>;
  readonly store: TransferStore;
  flow: Stepper<typeof inflowMachine> | undefined;
  private readonly host: PairHost;
  private readonly window: number;
  private readonly pieces = new Map<number, Uint8Array>();
  private assembler: Assembler | undefined;

  constructor(host: PairHost, machine: typeof receiverDeliveryMachine, window: number) {
    this.host = host;
    this.window = window;
    this.store = new TransferStore(
      host.plan,
      host.source.map(({ length }) => length),
    );
    this.delivery = new Stepper(machine, { window });
  }

  /** Sends an event to one of its machines, and carries out all that follows at once. */
  take({ to, event }: Routed): void {
    if (to === 'delivery')
      for (const command of this.delivery.send(event as never)) this.obey(command);
    if (to === 'inflow') {
      for (const command of this.flow?.send(event) ?? []) this.flowObey(command);
      if (event.type === 'inflow.stopped') this.assembler?.release();
    }
  }

  takeFrame(message: Uint8Array): void {
    const taken = this.assembler?.push(message);
    if (taken?.kind === 'piece') {
      this.pieces.set(taken.ordinal, taken.bytes);
      this.tell({ type: 'piece.assembled', ordinal: taken.ordinal });
    }
    if (taken?.kind === 'discarded') this.tell({ type: 'piece.discarded', ordinal: taken.ordinal });
  }

  private tell(event: Extract<ReceiverRouted, { to: 'inflow' }>['event']): void {
    this.host.deliver('receiver', { to: 'inflow', event });
  }

  private tellDelivery(event: Extract<ReceiverRouted, { to: 'delivery' }>['event']): void {
    this.host.deliver('receiver', { to: 'delivery', event });
  }

  private obey(command: ReceiverDeliveryCommand): void {
    const { host, store } = this;
    switch (command.type) {
      case 'sink.probe':
        host.later(() => this.tellDelivery({ type: 'sink.probed', sink: { kind: 'memory' } }));
        break;
      case 'sink.list':
        this.list();
        break;
      case 'inflow.start': {
        const { held, leftOut, window } = command;
        const { plan, files } = host;
        this.assembler = createAssembler({ plan, credit: window, held, leftOut });
        const batch = Math.min(CREDIT_BATCH_BYTES, this.window);
        this.flow = new Stepper(inflowMachine, { plan, files, window, batch, held, leftOut });
        const started = this.flow.commands.slice();
        started.forEach((one) => {
          this.flowObey(one);
        });
        break;
      }
      case 'held.send': {
        for (const message of heldMessages(command.pieces, (ordinal) => store.leafAt(ordinal)))
          host.say('receiver', message);
        break;
      }
      case 'choice.record':
        host.later(() => this.tellDelivery({ type: 'choice.recorded', taken: command.taken }));
        break;
      case 'sink.seal':
        host.later(() => this.tellDelivery({ type: 'sink.sealed' }));
        break;
      default:
    }
    host.dispatch('receiver', { from: 'delivery', command });
  }

  // R2: lists once everything that was given to the sink has been settled.
  private list(): void {
    this.host.later(() => {
      if (this.store.pending > 0) this.list();
      else this.tellDelivery({ type: 'sink.listed', pieces: this.store.list() });
    });
  }

  private flowObey(command: InflowCommand): void {
    const { host, store, flow } = this;
    switch (command.type) {
      case 'piece.store':
      case 'piece.store.again':
        this.onDisk(() => this.write(command.ordinal, flow));
        break;
      case 'pieces.forget':
        this.assembler?.reopen(command.ranges);
        this.onDisk(() => {
          store.forget(command.ranges);
          if (flow === this.flow) this.tell({ type: 'pieces.forgotten', ranges: command.ranges });
        });
        break;
      case 'file.readmit':
        this.assembler?.readmitFile(command.file, command.ranges);
        break;
      case 'entries.admit':
        this.assembler?.admitEntries(command.ranges);
        break;
      case 'file.discard':
        this.assembler?.discardFile(command.file);
        break;
      case 'credit.send':
        this.assembler?.allow(command.upTo);
        break;
      case 'digest.compute': {
        const failed = new Set(command.absent.map(({ file }) => file));
        host.later(() => {
          if (flow === this.flow)
            this.tell({ type: 'digest.computed', digest: digestOf(store.disk, failed) });
        });
        break;
      }
      default:
    }
    host.dispatch('receiver', { from: 'inflow', command });
  }

  private onDisk(task: () => void): void {
    this.store.pending += 1;
    this.host.later(() => {
      this.store.pending -= 1;
      task();
    });
  }

  private write(ordinal: number, flow: Stepper<typeof inflowMachine> | undefined): void {
    const isCurrent = flow === this.flow;
    if (this.host.isFull) {
      if (isCurrent) this.tell({ type: 'store.failed', ordinal, code: 'disk.full' });
      return;
    }
    const isFailed = flow?.context.failedFiles.list.some(({ file }) => file === ordinal);
    this.store.write(ordinal, this.pieces.get(ordinal) ?? new Uint8Array(), isFailed !== true);
    if (isCurrent) this.tell({ type: 'piece.stored', ordinal });
  }
}
