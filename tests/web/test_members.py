"""An owner gives people other roles and takes them out; what the platform refuses is said in its words."""

from __future__ import annotations

from playwright.async_api import expect

from tests.web.visitor import Visitor


async def test_a_member_gets_another_role_and_is_taken_out(owner: Visitor) -> None:
    client = await owner.client()
    client.post("/v1/members:invite", {"email": "vera@example.com", "name": "Vera", "role": "VIEWER"})
    page = owner.page
    await owner.go("/members")
    row = page.get_by_role("row", name="Vera")
    await row.get_by_role("button", name="Change Vera").click()
    await page.get_by_role("combobox", name="Role").click()
    await page.get_by_role("option", name="Annotator").click()
    await owner.shot("member")
    assert await owner.barriers() == []
    await owner.button("Change role").click()
    await expect(row.get_by_text("marks images")).to_be_visible()

    await row.get_by_role("button", name="Change Vera").click()
    await page.get_by_label("Take out of the workspace").check()
    await owner.button("Take out").click()
    await expect(page.get_by_text("Vera has left the workspace.")).to_be_visible()
    await expect(row.get_by_role("button")).to_have_count(0)
    assert owner.complaints == []


async def test_the_last_owner_stays_and_learns_why(owner: Visitor) -> None:
    page = owner.page
    await owner.go("/members")
    await owner.button("Change Olga Owner").click()
    await page.get_by_label("Take out of the workspace").check()
    with owner.refusals_expected():
        await owner.button("Take out").click()
        await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("owner")
    await owner.shot("last-owner")
