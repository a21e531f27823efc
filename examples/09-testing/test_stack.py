from program import accept_offers, program


def test_the_service_period_is_in_force_once_it_is_accepted(
    partnercentral_emulator, partnercentral_stack
):
    partnercentral_emulator.set(service_period_starts_next_day=False)
    stack = partnercentral_stack(program, **{"partnercentral:catalog": "Sandbox", "notice": "60"})
    assert stack.up().outputs["status"].value == "OFFERED"
    accept_offers(partnercentral_emulator.client("444455556666"))
    stack.refresh()
    assert stack.up().outputs["status"].value == "IN_FORCE"
