"""企业微信: 微信客服 for customers, app messages for relationship managers."""
