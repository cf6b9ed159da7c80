import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

test('the page opens, says what it is, and the browser reports no problems', async ({ page }) => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });

  await page.goto('/');

  await expect(page).toHaveTitle(/BurritoShare/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  expect(complaints).toEqual([]);
});
