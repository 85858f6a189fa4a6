"""The same programme given to another solver, SCIP, which takes the coefficients as quadratic constraints itself."""

from pyscipopt import Model, quicksum

from junheng.advice.plan.programme import Affine, Programme, Reach


def least_by_scip(programme: Programme, gap: float, seconds: float = 120.0) -> tuple[float, float]:
    """Return the least cost that SCIP finds, and its bound, in yuan."""
    model = Model()
    model.hideOutput()
    model.setParam("limits/gap", gap)
    model.setParam("limits/time", seconds)
    model.setParam("numerics/feastol", 1e-9)  # at 1e-6 its solutions may lie outside a cone by as much
    units = [1.0 if v.whole else 1000.0 for v in programme.variables]
    columns = [
        model.addVar(vtype="I" if v.whole else "C", lb=0, ub=None if v.most is None else float(v.most) / u)
        for v, u in zip(programme.variables, units, strict=True)
    ]

    def figure(affine: Affine, unit: float):
        return (float(affine.base) + quicksum(float(c) * units[j] * columns[j] for j, c in affine.terms)) / unit

    for need in programme.needs:
        chosen = []
        for node in need.of:
            if isinstance(node, Reach):
                choice = model.addVar(vtype="B")
                bar, floor = float(node.bar), float(node.floor or 0)
                model.addCons(figure(node.numerator, bar) >= floor / bar + (1 - floor / bar) * choice)
                chosen.append(choice)
            elif node:
                chosen.append(1)
        model.addCons(quicksum(chosen) >= need.needed)
    for spread in programme.spreads:
        total = float(sum(spread.weights))
        unit = float(sum(w * v.base for w, v in zip(spread.weights, spread.values, strict=True))) / total
        mean = model.addVar(lb=0)
        shares = [float(w) / total for w in spread.weights]
        values = [figure(v, unit) for v in spread.values]
        model.addCons(mean == quicksum(p * v for p, v in zip(shares, values, strict=True)))
        apart = []
        for value in values:
            distance = model.addVar(lb=None)
            model.addCons(distance == value - mean)
            apart.append(distance)
        variance = quicksum(p * d * d for p, d in zip(shares, apart, strict=True))
        model.addCons(variance <= float(spread.limit.amount) ** 2 * mean * mean)
    million = 1e6
    model.setObjective(
        quicksum(float(v.price) * u * x / million for v, u, x in zip(programme.variables, units, columns, strict=True))
    )
    model.optimize()
    return model.getObjVal() * million, model.getDualbound() * million
