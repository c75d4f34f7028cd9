--------------------------- MODULE TwoPhaseWrite ---------------------------
(* How a write of one key becomes visible in a cluster: its bytes are staged on  *)
(* replicas beside the log, then one command in the log of its placement group   *)
(* makes them count. Raft itself is taken as given: an entry that was proposed    *)
(* is chosen at some later moment or dropped for good, chosen entries keep their  *)
(* order, and each replica applies them in that order, however late.              *)
(*                                                                                *)
(* Broken names one rule that is left out; with "nothing" every invariant holds,  *)
(* and with each other one some invariant is violated.                            *)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS Nodes, Writes, Reads, DiskLoss, Broken, None

VARIABLES
    log,       \* chosen commands, in order; a command is the write it commits
    inFlight,  \* commands that were proposed and may still be chosen
    applied,   \* how much of the log each replica has applied
    staged,    \* whose bytes lie on the disk of each replica, fsynced
    phase,     \* how far each write is, or what its client was told
    wants,     \* the generation each write asks for; None for any
    reads,     \* what each reader is at
    known,     \* the highest generation that any client was told of
    lostDisks  \* replicas that lost their disk and began anew

vars == <<log, inFlight, applied, staged, phase, wants, reads, known, lostDisks>>

Quorum == Cardinality(Nodes) \div 2 + 1
Generations == 0 .. Cardinality(Writes) - 1
Max(a, b) == IF a > b THEN a ELSE b
Prefix(n) == SubSeq(log, 1, applied[n])

(* ---- the slot machine: what applying commands comes to ---- *)

Holds(w, generation) == wants[w] = None \/ wants[w] = generation

RECURSIVE Slot(_)
Slot(commands) ==
    IF commands = <<>> THEN [generation |-> 0, current |-> None, accepted |-> {}]
    ELSE LET w == commands[Len(commands)]
             before == Slot(SubSeq(commands, 1, Len(commands) - 1))
         IN IF Holds(w, before.generation) \/ Broken = "conditions are looked at before the log"
            THEN [generation |-> before.generation + 1, current |-> w,
                  accepted |-> before.accepted \cup {w}]
            ELSE before

Chosen(w) == \E i \in 1 .. Len(log) : log[i] = w
Position(w) == CHOOSE i \in 1 .. Len(log) : log[i] = w

(* ---- a write ---- *)

Begin(w) ==
    /\ phase[w] = "none"
    /\ phase' = [phase EXCEPT ![w] = "staging"]
    /\ \E wanted \in {None} \cup Generations : wants' = [wants EXCEPT ![w] = wanted]
    /\ UNCHANGED <<log, inFlight, applied, staged, reads, known, lostDisks>>

Stage(w, n) ==
    /\ phase[w] = "staging"
    /\ w \notin staged[n]
    /\ staged' = [staged EXCEPT ![n] = @ \cup {w}]
    /\ UNCHANGED <<log, inFlight, applied, phase, wants, reads, known, lostDisks>>

Replicas(w) == Cardinality({n \in Nodes : w \in staged[n]})

Propose(w) ==
    /\ phase[w] = "staging"
    /\ Replicas(w) >= (IF Broken = "one replica is enough" THEN 1 ELSE Quorum)
    /\ Broken = "conditions are looked at before the log" =>
           \E n \in Nodes : Holds(w, Slot(Prefix(n)).generation)
    /\ phase' = [phase EXCEPT ![w] = "proposed"]
    /\ inFlight' = inFlight \cup {w}
    /\ UNCHANGED <<log, applied, staged, wants, reads, known, lostDisks>>

(* Nothing was proposed, so the client may be told that nothing will happen. *)
Refuse(w) ==
    /\ phase[w] = "staging"
    /\ phase' = [phase EXCEPT ![w] = "refused"]
    /\ UNCHANGED <<log, inFlight, applied, staged, wants, reads, known, lostDisks>>

(* The coordinator has applied the command and knows what became of it. *)
Answer(w) ==
    /\ phase[w] = "proposed"
    /\ Chosen(w)
    /\ LET slot == Slot(SubSeq(log, 1, Position(w)))
           accepted == w \in slot.accepted
       IN /\ phase' = [phase EXCEPT ![w] = IF accepted THEN "acknowledged" ELSE "refused"]
          /\ known' = IF accepted THEN Max(known, slot.generation) ELSE known
    /\ UNCHANGED <<log, inFlight, applied, staged, wants, reads, lostDisks>>

(* No answer came in time, or the coordinator is gone: nobody can say what will be. *)
GiveUp(w) ==
    /\ phase[w] = "proposed"
    /\ phase' = [phase EXCEPT
           ![w] = IF Broken = "silence counts as a refusal" THEN "refused" ELSE "open"]
    /\ UNCHANGED <<log, inFlight, applied, staged, wants, reads, known, lostDisks>>

(* ---- the log ---- *)

Choose(w) ==
    /\ w \in inFlight
    /\ log' = Append(log, w)
    /\ inFlight' = inFlight \ {w}
    /\ UNCHANGED <<applied, staged, phase, wants, reads, known, lostDisks>>

Drop(w) ==
    /\ w \in inFlight
    /\ inFlight' = inFlight \ {w}
    /\ UNCHANGED <<log, applied, staged, phase, wants, reads, known, lostDisks>>

Apply(n) ==
    /\ applied[n] < Len(log)
    /\ applied' = [applied EXCEPT ![n] = @ + 1]
    /\ UNCHANGED <<log, inFlight, staged, phase, wants, reads, known, lostDisks>>

(* ---- disks ---- *)

(* A replica asks the slot, no older than the log is now, whether the staged bytes count, *)
(* and only after the grace, when their command can no longer be chosen.                  *)
Collect(n, w) ==
    /\ w \in staged[n]
    /\ w \notin Slot(IF Broken = "collection asks its own replica" THEN Prefix(n) ELSE log).accepted
    /\ Broken = "collection has no grace" \/ (w \notin inFlight /\ phase[w] \notin {"staging", "proposed"})
    /\ staged' = [staged EXCEPT ![n] = @ \ {w}]
    /\ UNCHANGED <<log, inFlight, applied, phase, wants, reads, known, lostDisks>>

(* One disk of the quorum's tolerance is lost and replaced by an empty one. *)
LoseDisk(n) ==
    /\ DiskLoss
    /\ lostDisks = {}
    /\ lostDisks' = {n}
    /\ staged' = [staged EXCEPT ![n] = {}]
    /\ applied' = [applied EXCEPT ![n] = 0]
    /\ UNCHANGED <<log, inFlight, phase, wants, reads, known>>

Repair(n, w) ==
    /\ w \in Slot(Prefix(n)).accepted
    /\ w \notin staged[n]
    /\ \E other \in Nodes : w \in staged[other]
    /\ staged' = [staged EXCEPT ![n] = @ \cup {w}]
    /\ UNCHANGED <<log, inFlight, applied, phase, wants, reads, known, lostDisks>>

(* ---- a read, through any replica ---- *)

Idle == [at |-> None, index |-> 0, least |-> 0]

BeginRead(r, n) ==
    /\ reads[r] = Idle
    /\ reads' = [reads EXCEPT ![r] =
           [at |-> n, index |-> IF Broken = "reads ask no leader" THEN 0 ELSE Len(log), least |-> known]]
    /\ UNCHANGED <<log, inFlight, applied, staged, phase, wants, known, lostDisks>>

EndRead(r) ==
    /\ reads[r].at \in Nodes
    /\ applied[reads[r].at] >= reads[r].index
    /\ LET generation == Slot(Prefix(reads[r].at)).generation
       IN /\ reads' = [reads EXCEPT
                 ![r] = IF generation >= @.least THEN Idle ELSE [Idle EXCEPT !.at = "went back"]]
          /\ known' = Max(known, generation)
    /\ UNCHANGED <<log, inFlight, applied, staged, phase, wants, lostDisks>>

(* ---- all together ---- *)

Init ==
    /\ log = <<>>
    /\ inFlight = {}
    /\ applied = [n \in Nodes |-> 0]
    /\ staged = [n \in Nodes |-> {}]
    /\ phase = [w \in Writes |-> "none"]
    /\ wants = [w \in Writes |-> None]
    /\ reads = [r \in Reads |-> Idle]
    /\ known = 0
    /\ lostDisks = {}

Next ==
    \/ \E w \in Writes : Begin(w) \/ Propose(w) \/ Refuse(w) \/ Answer(w) \/ GiveUp(w) \/ Choose(w) \/ Drop(w)
    \/ \E w \in Writes, n \in Nodes : Stage(w, n) \/ Collect(n, w) \/ Repair(n, w)
    \/ \E n \in Nodes : Apply(n) \/ LoseDisk(n)
    \/ \E r \in Reads : EndRead(r) \/ \E n \in Nodes : BeginRead(r, n)

Spec == Init /\ [][Next]_vars

(* Replicas are alike, and so are writes: what holds for one order of them holds for all. *)
Alike == Permutations(Nodes) \cup Permutations(Writes)

(* ---- what must hold ---- *)

(* What a client was told of never goes back: neither the slot's generation nor what is read. *)
GenerationsRise ==
    /\ known <= Slot(log).generation
    /\ \A r \in Reads : reads[r].at # "went back"

(* What was refused shows nowhere, and what shows was staged: its bytes are somewhere. *)
NothingUncommittedShows ==
    /\ \A w \in Writes : phase[w] = "refused" => w \notin Slot(log).accepted
    /\ \A n \in Nodes : Slot(Prefix(n)).accepted \subseteq Slot(log).accepted

NothingAcknowledgedIsLost ==
    /\ \A w \in Writes : phase[w] = "acknowledged" => w \in Slot(log).accepted
    /\ \A w \in Slot(log).accepted : \E n \in Nodes : w \in staged[n]

OneWinner ==
    \A w, v \in Writes :
        (w # v /\ wants[w] # None /\ wants[w] = wants[v])
            => ~(phase[w] = "acknowledged" /\ phase[v] = "acknowledged")
=============================================================================
