/** The forty numbers of Fuguitt & Hawkins (1947), as COPS 3.0 gives them: percent of the mixture over minutes at 189.5 °C. */

export const time = [1230, 3060, 4920, 7800, 10680, 15030, 22620, 36420];

export const measured = {
  pinene: [88.35, 76.4, 65.1, 50.4, 37.5, 25.9, 14.0, 4.5],
  dipentene: [7.3, 15.6, 23.1, 32.9, 42.7, 49.1, 57.4, 63.1],
  alloOcimene: [2.3, 4.5, 5.3, 6.0, 6.0, 5.9, 5.1, 3.8],
  pyronene: [0.4, 0.7, 1.1, 1.5, 1.9, 2.2, 2.6, 2.9],
  dimer: [1.75, 2.8, 5.8, 9.3, 12.0, 17.0, 21.0, 25.7],
};
