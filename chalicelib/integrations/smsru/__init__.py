"""SMS.ru: SMS in Russia."""
