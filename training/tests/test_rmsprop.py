"""TensorFlow's RMSProp, two steps by hand."""

import torch
from gigascope_training.rmsprop import TfRmsProp


def test_two_steps_with_gradient_2_follow_the_worked_example():
    # rho 0.9, momentum 0.9, epsilon 1, rate 0.05, gradient 2 throughout, mean square starts at 1:
    # step 1: ms = 0.9·1 + 0.1·4 = 1.3;  mom = 0.05·2/sqrt(2.3) = 0.06593805;           w = 1 - 0.06593805 = 0.93406195
    # step 2: ms = 0.9·1.3 + 0.4 = 1.57; mom = 0.05934424 + 0.06237829 = 0.12172253; w = 0.81233942
    weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    optimizer = TfRmsProp([weight], lr=0.05)
    for expected in (0.93406195, 0.81233942):
        weight.grad = torch.tensor([2.0], dtype=torch.float64)
        optimizer.step()
        assert abs(weight.item() - expected) < 1e-7


def test_epsilon_inside_the_root_differs_from_pytorchs_own_form():
    steps = []
    for make in (lambda w: TfRmsProp([w], lr=0.05), lambda w: torch.optim.RMSprop([w], lr=0.05, alpha=0.9, momentum=0.9, eps=1.0)):
        weight = torch.nn.Parameter(torch.tensor([1.0]))
        weight.grad = torch.tensor([2.0])
        make(weight).step()
        steps.append(1 - weight.item())
    assert abs(steps[0] - steps[1]) > 0.004
