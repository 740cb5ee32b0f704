"""Verdicts: every rule over every quantity, evaluated as sets in DuckDB.

What runs in which order; ``tables.sql`` states every table, and the numbered files fill them::

    observations (the caller's) ──▶ given
      30-37 screen      given ──▶ wide, link ──▶ active_*, placed      (what plainly holds is only counted)
      32    around      finding, link ──▶ around, active_*             (what stands around one that fails)
      40-43 encode      observation ──▶ block, placed, share, stated   (the figures of one quantity intersected)
      50    quantity    stated ──▶ quantity                            (and latent ones: what a stated one is part of)
      55-63 ground      code lists, periods, areas, rules ──▶ role, term   (an instance is a set of terms)
      69    fixed       term ──▶ fixed, loose                          (exact figures once, and what may get tighter)
      70    range       fixed, loose ──▶ range                         (the sum of each instance, and its verdict)
      71    tighten     range ──▶ pin ──▶ quantity ──▶ range …         (bounds propagation, round by round)
      79    broken      range ──▶ broken, broken_instance              (tables broken as a whole: the widest are shown)
      80    finding     range, stated ──▶ side ──▶ behind ──▶ finding  (what does not hold, and the figures behind it)
      81-82 group       finding ──▶ near ──▶ component ──▶ group_*     (connected groups, each a system to explain)
      83    neighbour   component, given ──▶ neighbour, alike          (what is near its quantities, when asked)
      90-92 answers     tally, finding, bound                          (read by the caller)
"""
